using Slipway.Engine.Jobs;

namespace Slipway.Slurm.Tests;

public sealed class NodeProbeTests : IDisposable
{
    private static readonly SlurmResources Second = new() { Partition = "second" };
    private readonly TemporaryFolder _folder = new();
    private readonly FakeSlurm _slurm = new();
    private readonly Told _told = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_answer_holds_for_the_program_and_the_way_that_asked_for_it()
    {
        AnswerAtOnce();

        await Probe("1.0").AskAsync(Second, TestContext.Current.CancellationToken);

        Assert.Equal(8, Probe("1.0").Known(Second)?.Threads);
        Assert.Null(Probe("1.1").Known(Second));
        Assert.Null(Probe("1.0").Known(new SlurmResources()));
        await Probe("1.0").AskAsync(Second, TestContext.Current.CancellationToken);
        Assert.Single(_slurm.Scripts);
    }

    [Fact]
    public async Task A_full_queue_is_told_once_and_asked_again()
    {
        AnswerAtOnce();
        foreach (var _ in Enumerable.Range(0, 2))
            _slurm.Refusals.Enqueue(new SlurmException("sbatch takes no job now: QOSMaxSubmitJobPerUserLimit") { IsPassing = true });

        await Probe("1.0").AskAsync(Second, TestContext.Current.CancellationToken);

        Assert.Equal(
            ["Slurm: sbatch takes no job now: QOSMaxSubmitJobPerUserLimit. Trying again every 0 s.", "Slurm: job 1_0 asks a node what it is (partition second); the answer is kept."],
            _told.Lines);
    }

    [Fact]
    public async Task A_node_that_ends_without_an_answer_is_told()
    {
        _slurm.Queued = _slurm.End;

        var e = await Assert.ThrowsAsync<SlurmException>(() => Probe("1.0").AskAsync(Second, TestContext.Current.CancellationToken));

        Assert.StartsWith("Slurm's job 1_0, which asks a node what it is, is said to have done its work, and the store has no result of it. Log: ", e.Message, StringComparison.Ordinal);
    }

    private void AnswerAtOnce() => _slurm.Queued = id =>
        new NodeFacts(new Dictionary<string, IReadOnlyList<KeyValuePair<string, string>>>(StringComparer.Ordinal) { ["cpu"] = [new("vendor", "any")] }, 8)
            .Write(Path.Combine(Path.GetDirectoryName(_slurm.Scripts[id])!, "0"));

    private NodeProbe Probe(string program) =>
        new(new SlurmSetting(_folder.Path, _folder["cache"], ["slipway"]) { FactsOf = _ => EnvironmentFacts.None }, program, TimeSpan.Zero, _told, _slurm);
}
