using Slipway.Engine.Execution;

namespace Slipway.EndToEnd.Tests;

/// <summary>The lock file says what stands, and <c>--locked</c> fails wherever a run would write it.</summary>
public sealed class LockedTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task What_stands_is_no_difference() => await RunAsync(locked: true);

    [Theory]
    [InlineData("<<<<<<< ours\n=======\n>>>>>>> theirs\n", "The lock file lora.pipeline.lock.yaml is not as a run writes it: a merge conflict begins in line ")]
    [InlineData("was:\n  Tags:\n    fingerprint: {0}\n    outputs: {0}\n", "was, Tags: is in the lock file and no longer in the plan")]
    public async Task What_a_run_removes_is_a_difference(string lines, string told)
    {
        var before = File.ReadAllText(Lock);
        var odd = before + string.Format(System.Globalization.CultureInfo.InvariantCulture, lines, new string('a', 64));
        File.WriteAllText(Lock, odd);

        Assert.Contains(told, (await Assert.ThrowsAsync<DifferenceException>(() => RunAsync(locked: true))).Message, StringComparison.Ordinal);
        Assert.Equal(odd, File.ReadAllText(Lock));
        await RunAsync(locked: false);

        Assert.Equal(before, File.ReadAllText(Lock));
    }

    private string Lock => _workspace["lora.pipeline.lock.yaml"];

    private async Task RunAsync(bool locked)
    {
        using var sink = new RecordingSink();
        using var pipeline = SlipwayPipeline.Open(_workspace["lora.pipeline.yaml"], new PipelineOptions { Locked = locked }, sink);
        await pipeline.RunAsync([PipelineStage.Composites], null, sink.Cancellation);
    }
}
