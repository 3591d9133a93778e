using System.Text.Json;
using Slipway.Build.Benches.Device;
using TorchSharp;

namespace Slipway.Build.Tests.Benches;

/// <summary>On the processor, a few steps of each; the bench itself takes hundreds.</summary>
[Trait("Tier", "slow")]
public sealed class DeviceBenchTests : IDisposable
{
    private static readonly DeviceUnderTest Processor = new("cpu");
    private static readonly DeviceBench.Counts Few = new(Flat: 40, Stretch: 5, Resumed: 4, Repeated: 3, Time: TimeSpan.FromMinutes(7));

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>In a process of its own: it counts the tensors and bytes of the whole process.</summary>
    [Fact]
    public async Task The_processor_passes_all_that_is_looked_at_there()
    {
        if (OwnProcess.IsThis)
            await CheckProcessorAsync();
        else
            await OwnProcess.RunAsync(typeof(DeviceBenchTests));
    }

    private static async Task CheckProcessorAsync()
    {
        var said = new List<string>();

        var report = await new DeviceBench(Repository.Root, said.Add).RunAsync("cpu", Few, Cancel);

        Assert.Equal("cpu", report.Device);
        Assert.Equal(
            [
                "libtorch passed",
                "golden: text encoders passed", "golden: UNet passed", "golden: UNet's gradients passed", "golden: autoencoder passed", "golden: a recorded training passed",
                "training step, f32 passed", "training step, bf16 passed", "training step, f16, scaled passed",
                "memory of 40 checkpointed steps passed",
                "out of memory passed", "out of memory, recomputing passed",
                "resumed, cpu to cpu passed",
                "3 steps, twice passed",
                "the story –",
                "full size: loaded –", "full size: training step –", "full size: 20 guided steps –", "full size: decode –",
                "channels last passed",
            ],
            report.Findings.Select(finding => $"{finding.Check} {finding.Word}"));
        Assert.All(report.Findings.Where(finding => finding.Outcome == CheckOutcome.NotMeasured), finding => Assert.StartsWith("Left out on the processor: ", finding.Found, StringComparison.Ordinal));
        Assert.Equal(report.Findings.Select(finding => finding.Check), said.Select(line => line[..34].TrimEnd()));
        Assert.Equal(report.Findings.Count + 2, report.Table().Count());
    }

    /// <summary>Weights of a few hundred kilobytes; nothing is said of the figures.</summary>
    [Fact]
    public async Task A_model_of_full_size_is_trained_and_drawn_with()
    {
        using var checks = new FullSizeChecks(Processor, FullSizeBenchTests.Small);

        var findings = await FindAllAsync(checks.All);

        Assert.All(findings, finding => Assert.True(finding.Outcome == CheckOutcome.Passed, $"{finding.Check}: {finding.Found}"));
        Assert.All(findings, finding => Assert.Contains("seconds", finding.Figures.Keys));
        Assert.Equal([false, true, true, false], findings.Select(finding => finding.Figures.ContainsKey("tflop_per_second")));
    }

    [Fact]
    public async Task Without_a_loaded_model_nothing_is_measured_with_it()
    {
        using var checks = new FullSizeChecks(Processor, FullSizeBenchTests.Small);

        var findings = await FindAllAsync(checks.All.Skip(1));

        Assert.All(findings, finding => Assert.Equal((CheckOutcome.NotMeasured, "The model was not loaded."), (finding.Outcome, finding.Found)));
    }

    [Fact]
    public async Task In_a_packed_folder_the_references_numbers_are_a_dash()
    {
        var findings = await FindAllAsync([.. new GoldenChecks(Processor, _folder.Path).All, new GoldenTraining(Processor, _folder.Path).Check]);

        Assert.Equal(5, findings.Count);
        Assert.All(findings, finding => Assert.Equal((CheckOutcome.NotMeasured, "–"), (finding.Outcome, finding.Word)));
        Assert.Equal("The reference's numbers lie in a clone, and there is no tests/Diffusion/golden/unet/io_a.safetensors here.", findings[2].Found.Replace('\\', '/'));
    }

    [Fact]
    public async Task Other_numbers_than_the_references_fail()
    {
        Repository.CopyTo("tests/Diffusion/golden", _folder.Path);
        var numbers = _folder["tests/Diffusion/golden/vae/io.safetensors"];
        var bytes = await File.ReadAllBytesAsync(numbers, Cancel);
        bytes.AsSpan(^40_000).Fill(0x40); // numbers of about 3
        await File.WriteAllBytesAsync(numbers, bytes, Cancel);

        var findings = await FindAllAsync(new GoldenChecks(Processor, _folder.Path).All);

        Assert.Equal(["golden: autoencoder"], findings.Where(finding => finding.Outcome == CheckOutcome.Failed).Select(finding => finding.Check));
        Assert.StartsWith("largest difference ", findings[^1].Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_wrong_in_a_check_is_its_finding()
    {
        var finding = await DeviceBench.FindAsync(new DeviceCheck("a check", "1", (Func<CancellationToken, Measurement>)(_ => throw new InvalidDataException("This is wrong.\nat Somewhere()"))), Cancel);

        Assert.Equal((CheckOutcome.Failed, "This is wrong."), (finding.Outcome, finding.Found));
    }

    [Fact]
    public async Task Whoever_stops_it_is_obeyed()
    {
        using var stop = new CancellationTokenSource();
        var check = new DeviceCheck("a check", "1", async cancel =>
        {
            await stop.CancelAsync();
            cancel.ThrowIfCancellationRequested();
            return new Measurement(true, "1");
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DeviceBench.FindAsync(check, stop.Token));
    }

    [Theory]
    [InlineData(1.0, 0.98, 0.0, true)]
    [InlineData(0.7, 0.98, 0.0, false)]
    [InlineData(1.0, 0.7, 0.0, false)]
    [InlineData(1.0, 0.98, 0.3, false)]
    public void The_story_is_told_where_v03_has_what_v01_lost(double learned, double mascots, double forgotten, bool isTold)
    {
        var evaluation = JsonSerializer.Serialize(new { versions = new { v01 = new { background_recall = forgotten }, v03 = new { background_recall = learned, mascot_presence = mascots } } });

        Assert.Equal(isTold, StoryCheck.Judge(evaluation, 1).Holds);
    }

    [Fact]
    public void A_measure_that_could_not_be_taken_tells_no_story() =>
        Assert.False(StoryCheck.Judge("""{"versions": {"v01": {"background_recall": 0}, "v03": {"background_recall": 1, "mascot_presence": null}}}""", 1).Holds);

    [Fact]
    public async Task A_story_that_is_not_told_in_time_is_a_dash_and_leaves_nothing_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It makes a symbolic link.");
        var before = Stories();

        var exception = await Assert.ThrowsAsync<NotMeasuredException>(() => new StoryCheck(Processor, Repository.Root).TellAsync(TimeSpan.Zero, Cancel));

        Assert.Equal("It was not told within the 0 s that were left for it.", exception.Message);
        Assert.Empty(Stories().Except(before));
    }

    [Fact]
    public async Task A_card_that_is_not_there_fails_in_one_document_and_exit_code_1()
    {
        Assert.SkipWhen(torch.cuda_is_available(), "There is a card.");

        var (code, output, error) = await HostProgram.RunAsync(_folder.Path, "--target=Bench", "--scenario=device", "--device=cuda:1", "--json");

        using var document = JsonDocument.Parse(output);
        Assert.Equal((1, 0, 1), (document.RootElement.GetProperty("failed").GetInt32(), document.RootElement.GetProperty("passed").GetInt32(), document.RootElement.GetProperty("not_measured").GetInt32()));
        Assert.StartsWith("libtorch finds no usable CUDA device: ", document.RootElement.GetProperty("checks")[0].GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, code);
        Assert.Contains("Error: 1 of 2 checks failed: libtorch.", error, StringComparison.Ordinal);
    }

    private static string[] Stories() => Directory.GetDirectories(Path.GetTempPath(), "slipway-story-*");

    private static async Task<IReadOnlyList<DeviceFinding>> FindAllAsync(IEnumerable<DeviceCheck> checks)
    {
        var findings = new List<DeviceFinding>();
        foreach (var check in checks)
            findings.Add(await DeviceBench.FindAsync(check, Cancel));
        return findings;
    }
}
