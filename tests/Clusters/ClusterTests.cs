using System.Diagnostics;
using Slipway.EndToEnd.Tests;

[assembly: AssemblyFixture(typeof(SlurmCluster))]

namespace Slipway.Clusters.Tests;

/// <summary>The plan's work done by the nodes of a real Slurm; and all that befalls a job there.</summary>
public sealed class ClusterTests(FinishedWorkspace finished, SlurmCluster cluster) : IDisposable
{
    private const int Steps = 200; // a node tells its steps once a second, and has to be met while it trains
    private readonly Workspace _finished = finished.Copy();
    private readonly Workspace _workspace = finished.Copy();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _finished.Dispose();
        _workspace.Dispose();
    }

    [Fact]
    public async Task Nodes_give_the_same_bytes_kind_by_kind()
    {
        ClusterWorkspaces.Require();
        using var empty = Workspace.New();
        empty.Queue("composite: { jobs_per_task: 3 }, tag: { jobs_per_task: 3 }");
        using var sink = new RecordingSink();

        var ran = await empty.RunAsync(PipelineStage.Evaluation, sink: sink);

        Assert.Equal(finished.FirstRun, ran);
        Assert.Equal(_finished.Outputs(), empty.Outputs());
        Assert.Equal([], sink.Warnings);
        Assert.Contains(sink.Lines, line => line.StartsWith("Train v01: in Slurm's queue as ", StringComparison.Ordinal));
        Assert.Contains(sink.Reports, report => report == ("Train v01", TinyPlan.TrainingSteps));
        Assert.Single(sink.Lines, line => line.Contains("asks a node what it is", StringComparison.Ordinal)); // once for all kinds
    }

    /// <summary>With what the plan of the story lacks: an ensemble and what is measured of it, a grid by itself, and a sprite on black, which no run has made yet.</summary>
    [Fact]
    public async Task Nodes_do_every_kind_of_job_in_the_same_bytes()
    {
        ClusterWorkspaces.Require();
        foreach (var workspace in new[] { _finished, _workspace })
        {
            workspace.Edit(
                ("datasets.white.alpha", "black"),
                ("validation", "{ count: 2 }"),
                ("versions.v01.validate_every_n_steps", "2"),
                ("ensembles.merged", "{ of: [v01, v02], ratios: [0.25, 0.75], rank: 4 }"),
                ("evaluation.grids", "{ strengths: { x: { strength: \"0.5, 1\" }, y: { version: [v01, merged] } } }"));
        }

        _workspace.Queue();

        var ran = await _workspace.RunAsync(PipelineStage.Evaluation);

        Assert.Equal(await _finished.RunAsync(), ran);
        Assert.Contains("Ensemble merged: 1", ran);
        Assert.Contains("Composites white: 1", ran);
        Assert.Equal(_finished.Outputs(), _workspace.Outputs());
        Assert.Equal(["composite", "draw", "ensemble", "evaluate", "flat_picture", "grid", "probe", "samples", "tag", "train"], _workspace.KindsThatWereQueued()); // the report stays here
    }

    [Fact]
    public async Task Nodes_use_the_folder_that_workspaces_share()
    {
        ClusterWorkspaces.Require();
        using var shared = new TemporaryFolder();
        using var queued = Workspace.New();
        using var other = Workspace.New();
        queued.Edit(("cache", $"{{ folder: \"{shared.Path}\" }}"));
        other.Edit(("cache", $"{{ folder: \"{shared.Path}\" }}"));
        queued.Queue();
        using (var pipeline = SlipwayPipeline.Open(queued["lora.pipeline.yaml"], new PipelineOptions(), new RecordingSink()))
            Assert.True((await pipeline.StatusAsync(Cancellation)).NodesAreUnknown);

        Assert.Equal(["Backgrounds: 3"], await queued.RunAsync(PipelineStage.Backgrounds));

        Assert.False(Directory.Exists(queued[".slipway/cas"]));
        Assert.Empty(await other.RunAsync(PipelineStage.Backgrounds));
        foreach (var picture in Directory.GetFiles(queued["artifacts/backgrounds"], "*.png"))
            Assert.Equal(File.ReadAllBytes(_finished[Path.GetRelativePath(queued.Root, picture)]), File.ReadAllBytes(picture));
        using (var pipeline = SlipwayPipeline.Open(queued["lora.pipeline.yaml"], new PipelineOptions(), new RecordingSink()))
            Assert.False((await pipeline.StatusAsync(Cancellation)).NodesAreUnknown);
    }

    [Fact]
    public async Task A_training_that_loses_its_driver_then_its_time_and_then_its_node_ends_in_the_same_bytes()
    {
        ClusterWorkspaces.Require();
        _finished.Lengthen(Steps);
        await _finished.RunAsync(PipelineStage.Training, "v01");
        _workspace.Lengthen(Steps);
        _workspace.Queue();

        var driver = HostProgram.Start(_workspace.Root, "--target=Train-v01");
        await _workspace.StepAsync(2);
        driver.Kill();
        await HostProgram.ResultAsync(driver);
        var (id, _) = SlurmCluster.Running();
        Assert.Equal(0, SlurmCluster.Call("scancel", "--batch", "--signal=USR1", id).Code); // as Slurm does when the limit of time is near
        SlurmCluster.Until("the task is not back in the queue", () => SlurmCluster.Queued().Any(line => line.StartsWith("PENDING", StringComparison.Ordinal)));

        using var sink = new RecordingSink();
        var run = _workspace.RunAsync(PipelineStage.Training, "v01", sink: sink);
        var saved = _workspace.Step();
        SlurmCluster.Until("the task does not run again", () => SlurmCluster.Queued().Any(line => line.StartsWith("RUNNING", StringComparison.Ordinal)));
        await _workspace.StepAsync(saved + 1);
        var (_, node) = SlurmCluster.Running();
        cluster.KillNode(node);
        var lost = _workspace.Step();
        var ran = await run;
        cluster.StartNode(node);

        Assert.InRange(lost, saved + 1, Steps - 1); // there was something left to do
        Assert.Equal(["Train v01: 1"], ran);
        Assert.Equal(File.ReadAllBytes(_finished.Lora("v01")), File.ReadAllBytes(_workspace.Lora("v01")));
        Assert.Equal(File.ReadAllBytes(_finished["artifacts/logs/v01/metrics.csv"]), File.ReadAllBytes(_workspace["artifacts/logs/v01/metrics.csv"]));
        Assert.Single(Directory.GetFiles(_workspace[".slipway/slurm"], "script", SearchOption.AllDirectories), script => File.ReadAllText(script).Contains("slipway-train", StringComparison.Ordinal)); // it was given to Slurm once
        Assert.Contains(sink.Lines, line => line.StartsWith("Train v01: found in Slurm's queue as ", StringComparison.Ordinal));
        Assert.Contains(sink.Lines, line => line.Contains($"went back into the queue from {node}, and goes on where it was.", StringComparison.Ordinal));
        Assert.DoesNotContain(sink.Reports, report => report is { Stage: "Train v01", Done: 1 }); // no step is taken twice but those after a checkpoint
    }

    [Fact]
    public async Task Ctrl_C_leaves_jobs_where_it_is_told_to_and_else_cancels_them()
    {
        ClusterWorkspaces.Require();
        _workspace.Lengthen(1000);
        _workspace.Queue();

        var left = HostProgram.Start(_workspace.Root, "--target=Train-v01", "--detach");
        await _workspace.StepAsync(1);
        var first = await InterruptAsync(left);
        Assert.Equal(130, first.Code);
        Assert.Contains("Slurm: 1 job is in the queue and goes on; the same command finds it.", first.Output, StringComparison.Ordinal);
        Assert.Single(SlurmCluster.Queued(), line => line.StartsWith("RUNNING", StringComparison.Ordinal));

        var second = HostProgram.Start(_workspace.Root, "--target=Train-v01");
        while (await second.StandardOutput.ReadLineAsync(Cancellation) is { } line && !line.Contains("found in Slurm's queue", StringComparison.Ordinal))
        {
        }

        var last = await InterruptAsync(second);
        Assert.Equal(130, last.Code);
        Assert.Contains("Slurm: 1 job is cancelled", last.Output, StringComparison.Ordinal);
        SlurmCluster.Until("the task is still in the queue", () => SlurmCluster.Queued().Count == 0);
        Assert.True(Directory.EnumerateFiles(_workspace[".slipway/checkpoints"], "state-*.safetensors", SearchOption.AllDirectories).Any()); // what it had done is saved
    }

    [Fact]
    public async Task What_somebody_cancels_and_what_takes_too_much_memory_is_told_in_a_line()
    {
        ClusterWorkspaces.Require();
        _workspace.Lengthen(1000);
        _workspace.Queue();
        using var sink = new RecordingSink();
        var run = _workspace.RunAsync(PipelineStage.Training, "v01", sink: sink);
        await _workspace.StepAsync(1);
        SlurmCluster.Call("scancel", SlurmCluster.Running().Id);
        var cancelled = await Assert.ThrowsAnyAsync<Exception>(() => run);
        Assert.Matches(@"^Train v01: Slurm's job \d+_0 was cancelled on n[12] by somebody else.*\. The same command goes on from what it has saved\. Log: \.slipway/slurm/[0-9a-f]{32}/0\.log$", cancelled.Message);

        _workspace.Queue("train: { memory: 60M }");
        var greedy = await Assert.ThrowsAnyAsync<Exception>(() => _workspace.RunAsync(PipelineStage.Training, "v01"));
        Assert.Matches(@"^Train v01: Slurm's job \d+_0 was ended on n[12], as a job is that takes more memory than it asked for \(60M\).*Ask for more \(`slurm\.memory`\)", greedy.Message);

        _workspace.Queue("train: { partition: nowhere }");
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => _workspace.RunAsync(PipelineStage.Training, "v01"));
        Assert.Contains("invalid partition", refused.Message, StringComparison.Ordinal);
        Assert.Empty(SlurmCluster.Queued());
    }

    private static async Task<HostResult> InterruptAsync(Process program)
    {
        SlurmCluster.Call("kill", "-INT", $"{program.Id}");
        return await HostProgram.ResultAsync(program);
    }
}
