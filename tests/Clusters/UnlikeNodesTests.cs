using Slipway.EndToEnd.Tests;

namespace Slipway.Clusters.Tests;

/// <summary>Nodes that compute otherwise: the variable with which libtorch takes fewer instructions, and other numbers of threads, stand for other processors.</summary>
public sealed class UnlikeNodesTests(FinishedWorkspace finished, SlurmCluster cluster) : IDisposable
{
    private const string Fewer = "ATEN_CPU_CAPABILITY=default";
    private const string OneThread = "OMP_NUM_THREADS=1";
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose()
    {
        _workspace.Dispose();
        if (SlurmCluster.Lack is not null)
            return;
        foreach (var node in new[] { "n1", "n2" })
        {
            cluster.Give(node);
            SlurmCluster.Open(node);
        }
    }

    [Fact]
    public async Task A_partition_of_other_nodes_has_other_keys_and_the_bytes_of_a_run_on_such_a_machine()
    {
        ClusterWorkspaces.Require();
        cluster.Give("n1", "OMP_NUM_THREADS=2");
        cluster.Give("n2", OneThread, Fewer);
        _workspace.Edit(("profiles.tiny.threads", "0"));
        using var local = _workspace.Copy();
        _workspace.Queue("train: { partition: second }", "partition: first,");
        using var sink = new RecordingSink();

        var ran = await _workspace.RunAsync(PipelineStage.Training, "v01", sink: sink);
        var there = await HostProgram.ResultAsync(HostProgram.Start("env", local.Root, [OneThread, Fewer, "dotnet", HostProgram.Path, "--target=Train-v01"]));

        Assert.Equal(["Train v01: 1"], ran);
        Assert.Equal((0, ""), (there.Code, there.Error));
        Assert.Equal(File.ReadAllBytes(local.Lora("v01")), File.ReadAllBytes(_workspace.Lora("v01")));
        using var usual = finished.Copy();
        Assert.NotEqual(File.ReadAllBytes(usual.Lora("v01")), File.ReadAllBytes(_workspace.Lora("v01"))); // it was no other machine in name only
        Assert.Equal(["partition first", "partition second"], sink.Lines.Where(line => line.Contains("asks a node what it is", StringComparison.Ordinal)).Select(line => line.Split('(', ')')[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_node_of_another_class_than_the_one_that_was_asked_refuses_its_job_and_says_so()
    {
        ClusterWorkspaces.Require();
        cluster.Give("n2", Fewer);
        _workspace.Queue();
        _workspace.Lengthen(3);
        SlurmCluster.Close("n2");
        _workspace.Edit(("backgrounds.seed", "7"));
        Assert.Equal(["Backgrounds: 3"], await _workspace.RunAsync(PipelineStage.Backgrounds));
        SlurmCluster.Open("n2");
        SlurmCluster.Close("n1");

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => _workspace.RunAsync(PipelineStage.Training, "v01"));

        Assert.StartsWith("Train v01, sail_kun_v01 has the key ", refused.Message, StringComparison.Ordinal);
        Assert.Matches("where it was written: `[^`]+` is [^,]+ here and was [^,]+ there[.,]", refused.Message);
        Assert.Contains("This node is not as the one that was asked: ask for nodes of one kind", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Sha256(finished), Sha256(_workspace)); // nothing of it is laid out

        SlurmCluster.Open("n1");
        _workspace.Queue("train: { sbatch: [--nodelist=n1] }");
        Assert.Equal(["Train v01: 1"], await _workspace.RunAsync(PipelineStage.Training, "v01"));
    }

    /// <summary>The shortest limit that there is, a minute; Slurm gives the signal up to a minute before it has to.</summary>
    [Fact]
    public async Task A_training_that_takes_longer_than_its_limit_of_time_ends_in_the_same_bytes()
    {
        ClusterWorkspaces.Require();
        const int Steps = 400;
        using var local = _workspace.Copy();
        local.Lengthen(Steps);
        _workspace.Lengthen(Steps);
        _workspace.Queue("train: { time: \"1\" }", "grace: 30,");

        var ran = await _workspace.RunAsync(PipelineStage.Training, "v01");

        Assert.Equal(["Train v01: 1"], ran);
        Assert.Contains("The limit of time is near: back into the queue.", _workspace.LogsOf("train"), StringComparison.Ordinal);
        Assert.Equal(["Train v01: 1"], await local.RunAsync(PipelineStage.Training, "v01"));
        Assert.Equal(File.ReadAllBytes(local.Lora("v01")), File.ReadAllBytes(_workspace.Lora("v01")));
        Assert.Equal(File.ReadAllBytes(local["artifacts/logs/v01/metrics.csv"]), File.ReadAllBytes(_workspace["artifacts/logs/v01/metrics.csv"]));
    }

    private static string Sha256(FinishedWorkspace finished)
    {
        using var copy = finished.Copy();
        return Sha256(copy);
    }

    private static string Sha256(Workspace workspace) => workspace.Outputs()[Path.Combine("artifacts", "lora", "sail_kun_v01.safetensors")];
}
