using Slipway.EndToEnd.Tests;

namespace Slipway.Disks.Tests;

/// <summary>
/// The program on a disk that gives EIO for some files (a library loaded before libc does): it says so in a line or goes on without them, nothing is
/// lost, no half file gets a final name, and when the disk works again the same command ends in the same bytes.
/// </summary>
public sealed class FailingDiskTests(FinishedWorkspace finished) : IAsyncLifetime
{
    private const string Compiler = "/usr/bin/cc";
    private const string Advice = ". The disk, or the way to it, fails there; what the system says of it stands in its log (dmesg). What was finished stays, nothing half-written has a name, and the same command goes on when the disk works.";
    private readonly Workspace _workspace = finished.Copy();
    private readonly Workspace _whole = finished.Copy();
    private readonly TemporaryFolder _library = new();

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Compiler), "It takes Linux and a C compiler (cc).");
        var source = Path.Combine(Repository.Root, "tests", "Disks", "failing-disk.c");
        var built = await HostProgram.ResultAsync(HostProgram.Start(Compiler, _library.Path, ["-shared", "-fPIC", "-O1", "-o", _library["failing-disk.so"], source, "-ldl"]));
        Assert.True(built.Code == 0, built.Error);
    }

    public ValueTask DisposeAsync()
    {
        _workspace.Dispose();
        _whole.Dispose();
        _library.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <param name="fails">What the disk does not do any more.</param>
    /// <param name="where">For which files.</param>
    [Theory]
    [InlineData("write", "/.slipway/ac/")]
    [InlineData("rename", "/.slipway/cas/")]
    [InlineData("write", "/.slipway/tmp/")]
    [InlineData("read", "/.slipway/work/")]
    [InlineData("write", "/.slipway/history/")]
    [InlineData("write", "/.slipway/work/")]
    [InlineData("rename", "/artifacts/lora/")]
    [InlineData("read", "/lora.pipeline.lock.yaml")]
    [InlineData("rename", "/lora.pipeline.lock.yaml")]
    [InlineData("read", "/sail_kun.png")]
    public async Task What_cannot_be_done_without_is_told_and_done_when_the_disk_works_again(string fails, string where)
    {
        foreach (var workspace in new[] { _whole, _workspace })
            workspace.Edit(("versions.v01.max_train_steps", "3"));
        File.SetLastWriteTimeUtc(_workspace.Sprite, DateTime.UtcNow); // it is read again
        await _whole.RunAsync(PipelineStage.Training, "v01");

        var failed = await RunAsync(fails, where);

        Assert.Equal(1, failed.Code);
        var line = Assert.Single(failed.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.StartsWith("Warning: ", StringComparison.Ordinal));
        Assert.StartsWith("Error: Input/output error : '", line, StringComparison.Ordinal);
        Assert.Contains(where, line, StringComparison.Ordinal);
        Assert.EndsWith(Advice, line, StringComparison.Ordinal);
        await GoesOnAsync();
    }

    [Theory]
    [InlineData("/.slipway/file-hashes", "The memory of the files' hashes ")]
    [InlineData("/.slipway/history/", "The history of ")]
    [InlineData("/.slipway/laid-out/", "The list of the files that ")]
    [InlineData("/.slipway/kept/", "A kept result of the autoencoder ")]
    public async Task What_can_be_done_without_is_told_and_the_run_goes_on(string where, string what)
    {
        foreach (var workspace in new[] { _whole, _workspace })
            workspace.Edit(("versions.v01.max_train_steps", "3"));
        await _whole.RunAsync(PipelineStage.Training, "v01");

        var ran = await RunAsync("read", where);

        Assert.Equal(0, ran.Code);
        Assert.Contains($"Warning: {what}", ran.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be read: Input/output error", ran.Error, StringComparison.Ordinal);
        await GoesOnAsync();
    }

    [Theory]
    [InlineData("/.slipway/ac/", "The cache record '")]
    [InlineData("/.slipway/cas/", "The stored blob '")]
    public async Task What_would_be_work_done_twice_ends_the_run_stays_and_is_used_when_the_disk_works_again(string where, string what)
    {
        File.Delete(_workspace.Lora("v01"));

        var failed = await RunAsync("read", where);

        Assert.Equal(1, failed.Code);
        var line = Assert.Single(failed.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.StartsWith("Warning: ", StringComparison.Ordinal));
        Assert.StartsWith($"Error: {what}", line, StringComparison.Ordinal);
        Assert.Contains(" cannot be read: Input/output error : '", line, StringComparison.Ordinal);
        Assert.EndsWith(Advice, line, StringComparison.Ordinal);
        Assert.Empty(await _workspace.RunAsync(PipelineStage.Training, "v01"));
        await GoesOnAsync();
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_written_costs_its_steps_and_one_that_cannot_be_read_costs_nothing()
    {
        foreach (var workspace in new[] { _whole, _workspace })
            workspace.Edit(("versions.v01.max_train_steps", "55")); // a checkpoint is written after 50
        await _whole.RunAsync(PipelineStage.Training, "v01");

        var unwritten = await RunAsync("write", "/.slipway/checkpoints/");
        Assert.Equal(1, unwritten.Code);
        Assert.EndsWith(Advice, unwritten.Error.TrimEnd(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_workspace[".slipway/checkpoints"], "*", SearchOption.AllDirectories));

        Assert.Equal(1, (await RunAsync("rename", "/.slipway/cas/")).Code); // at its end, so that a checkpoint is left
        Assert.NotEmpty(Directory.GetFiles(_workspace[".slipway/checkpoints"], "state-*", SearchOption.AllDirectories));

        var unread = await RunAsync("read", "/.slipway/checkpoints/");
        Assert.Equal(1, unread.Code);
        Assert.StartsWith("Error: A checkpoint cannot be read: Input/output error : '", unread.Error, StringComparison.Ordinal);
        Assert.EndsWith(Advice, unread.Error.TrimEnd(), StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(_workspace[".slipway/checkpoints"], "state-*50.safetensors", SearchOption.AllDirectories));
        await GoesOnAsync();
    }

    private Task<HostResult> RunAsync(string fails, string where) => HostProgram.ResultAsync(HostProgram.Start(
        "env",
        _workspace.Root,
        [$"LD_PRELOAD={_library["failing-disk.so"]}", $"SLIPWAY_FAIL={fails}", $"SLIPWAY_FAIL_PATH={where}", "dotnet", HostProgram.Path, "--target=Train-v01"]));

    private async Task GoesOnAsync()
    {
        Assert.Empty(Directory.GetFiles(_workspace.Root, "*.tmp", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }));
        var last = await HostProgram.RunAsync(_workspace.Root, "--target=Train-v01");
        Assert.Equal((0, ""), (last.Code, last.Error));
        Assert.Equal(_whole.Outputs(), _workspace.Outputs());
        Assert.Equal(0, (await HostProgram.RunAsync(_workspace.Root, "--target=Verify")).Code);
    }
}
