namespace Slipway.EndToEnd.Tests.Clusters;

/// <summary>The plan's work done by the nodes of a real Slurm.</summary>
public sealed class ClusterTests(FinishedWorkspace finished, SlurmCluster cluster) : IClassFixture<SlurmCluster>, IDisposable
{
    private readonly Workspace _finished = finished.Copy();
    private readonly Workspace _workspace = Workspace.New();

    public void Dispose()
    {
        _finished.Dispose();
        _workspace.Dispose();
    }

    [Fact]
    public async Task Nodes_give_the_same_bytes_kind_by_kind()
    {
        Assert.SkipWhen(SlurmCluster.Lack is not null, SlurmCluster.Lack ?? "");
        _ = cluster;
        _workspace.Edit(("executor", "slurm"), ("slurm", "{ poll: 1, settle: 5, memory: 2G, kinds: { composite: { jobs_per_task: 3 }, tag: { jobs_per_task: 3 } } }"));
        using var sink = new RecordingSink();

        var ran = await _workspace.RunAsync(PipelineStage.Evaluation, sink: sink);

        Assert.Equal(finished.FirstRun, ran);
        Assert.Equal(_finished.Outputs(), _workspace.Outputs());
        Assert.Equal([], sink.Warnings);
        Assert.Contains(sink.Lines, line => line.StartsWith("Train v01: in Slurm's queue as ", StringComparison.Ordinal));
    }
}
