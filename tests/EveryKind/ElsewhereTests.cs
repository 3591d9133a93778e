using System.Globalization;
using Slipway.Pipeline.Runs;

namespace Slipway.EveryKind.Tests;

/// <summary>Equal keys, equal bytes: wherever, whenever and beside whatever else a job is done.</summary>
public sealed class ElsewhereTests(FinishedKinds finished)
{
    // Of Debian's package `libfaketime`.
    private const string OtherClock = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    public static TheoryData<string> Kinds => FinishedKinds.Names;

    private static string[] AtAnotherDate => File.Exists(OtherClock) ? [$"LD_PRELOAD={OtherClock}", "FAKETIME=+4000d", "FAKETIME_DONT_FAKE_MONOTONIC=1"] : [];

    /// <summary>
    /// Both run at the same time, as the first one ran beside others; one of them years later, where the clock can be turned. That the key
    /// is the same the program itself asks.
    /// </summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_job_gives_the_same_bytes_in_other_processes_that_have_its_JSON_its_inputs_and_the_store(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It takes env.");
        var job = await finished.JobAsync(kind);
        using var here = new Place(finished, job, "a", "data");
        using var there = new Place(finished, job, "größer werk [2]/b", "my data/x");

        var runs = await Task.WhenAll(
            here.RunAsync("TZ=Pacific/Kiritimati", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "USER=somebody"),
            there.RunAsync(["TZ=America/St_Johns", "LANG=de_DE.UTF-8", "LC_ALL=de_DE.UTF-8", "TMPDIR=/var/tmp", .. AtAnotherDate]));

        Assert.All(runs, run => Assert.Equal((0, ""), (run.Code, run.Error)));
        Assert.Equal(finished.Outputs(job), here.Outputs);
        Assert.Equal(finished.Outputs(job), there.Outputs);
    }

    [Fact]
    public async Task The_clock_can_be_turned_so_the_date_is_another_one()
    {
        Assert.SkipUnless(File.Exists(OtherClock), $"There is no {OtherClock} (Debian's package libfaketime): all jobs ran at today's date.");

        var date = await HostProgram.ResultAsync(HostProgram.Start("env", AppContext.BaseDirectory, [.. AtAnotherDate, "date", "+%Y"]));

        Assert.InRange(int.Parse(date.Output, CultureInfo.InvariantCulture), DateTime.UtcNow.Year + 10, DateTime.UtcNow.Year + 11);
    }

    [Fact]
    public async Task A_training_goes_on_in_another_process_and_folder_from_a_checkpoint()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It takes env.");
        var job = await finished.JobAsync("TrainJob");
        using var here = new Place(finished, job, "a", "data");
        using var there = new Place(finished, job, "b", "data");
        using var stopped = new RecordingSink { CancelAt = (here.Job.Stage, 3) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => JobRun.RunAsync(here["."], key: null, here.JsonFile, stopped, stopped.Cancellation));

        Assert.Single(Directory.GetFiles(here[$".slipway/checkpoints/{job.Key}"], "state-*.safetensors"));
        Repository.CopyFolder(here[".slipway/checkpoints"], there[".slipway/checkpoints"]);
        var run = await there.RunAsync();

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains($"{there.Job.Stage}: 4/4", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain($"{there.Job.Stage}: 1/4", run.Output, StringComparison.Ordinal); // it does not begin anew
        Assert.Equal(finished.Outputs(job), there.Outputs);
    }
}
