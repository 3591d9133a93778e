namespace Slipway.EndToEnd.Tests;

public sealed class CancellationTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _finished = finished.Copy();
    private readonly Workspace _workspace = Workspace.New();

    public void Dispose()
    {
        _finished.Dispose();
        _workspace.Dispose();
    }

    [Fact]
    public async Task A_training_that_was_stopped_goes_on_to_the_same_bytes()
    {
        using var stopped = new RecordingSink { CancelAt = ("Train v01", 1) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _workspace.RunAsync(PipelineStage.Training, "v01", sink: stopped));
        Assert.False(File.Exists(_workspace.Lora("v01")));

        using var resumed = new RecordingSink();
        Assert.Equal(["Train v01: 1"], await _workspace.RunAsync(PipelineStage.Training, "v01", sink: resumed));

        Assert.Equal([("Train v01", 1)], stopped.Reports.Where(report => report is { Stage: "Train v01", Done: > 0 }));
        Assert.Equal(2, resumed.Reports.First(report => report is { Stage: "Train v01", Done: > 0 }).Done);
        Assert.Equal(File.ReadAllBytes(_finished.Lora("v01")), File.ReadAllBytes(_workspace.Lora("v01")));
        Assert.Equal(File.ReadAllBytes(_finished["artifacts/logs/v01/metrics.csv"]), File.ReadAllBytes(_workspace["artifacts/logs/v01/metrics.csv"]));
    }
}
