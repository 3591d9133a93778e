using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Jobs that an executor does, beside those that this process does.</summary>
public sealed class HandedJobsTests : IDisposable
{
    private readonly Yard _yard = new() { Salt = "pepper" };
    private readonly Neighbour _neighbour;

    public HandedJobsTests() => _neighbour = new Neighbour(_yard);

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task What_it_takes_it_does_and_the_rest_is_done_here()
    {
        var outcomes = await RunAsync(_neighbour, Say("A", "cpu of a"), TextStages.Stage("B", _yard.Job("b", null, new Ref("A/cpu of a"))), Say("C", "c", new Ref("B/b")));

        Assert.Equal(["cpu of a", "c"], _neighbour.Log.Lines);
        Assert.Equal(["b"], _yard.Ran);
        Assert.Equal("c of b of cpu of a", _yard.Read("out/C.txt"));
        Assert.Equal(["A: 1 run, 0 reused", "A: 1/1", "A: end"], _yard.Log.Lines.Where(line => line.StartsWith("A:", StringComparison.Ordinal)));
        Assert.All(outcomes, outcome => Assert.Equal(1, outcome.Run));
        Assert.Equal((null, 7L), (_neighbour.Handed[0].Memory, _neighbour.Handed[1].Memory));
        // The key has what holds there, and nothing is left behind.
        Assert.Contains(_neighbour.Handed[0].Key, (IEnumerable<ContentHash>)Keys());
        Assert.Empty(Directory.Exists(_yard[".slipway/work"]) ? Directory.GetFiles(_yard[".slipway/work"], "*", SearchOption.AllDirectories) : []);

        Assert.All(await RunAsync(new Neighbour(_yard) { Facts = _neighbour.Facts }, Say("A", "cpu of a")), outcome => Assert.Equal(0, outcome.Run));
        Assert.All(await RunAsync(new Neighbour(_yard) { Facts = EnvironmentFacts.None.With("machine", KeyValuePair.Create("cpu", "another")) }, Say("A", "cpu of a")), outcome => Assert.Equal(1, outcome.Run));
    }

    [Fact]
    public async Task It_does_as_many_at_a_time_as_it_takes_and_others_wait()
    {
        var two = new Neighbour(_yard) { Jobs = 2 };
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (gate, atWork, most) = (new Lock(), 0, 0);
        two.Work = async _ =>
        {
            lock (gate)
                most = Math.Max(most, ++atWork);
            if (most == 2)
                met.TrySetResult();
            await met.Task;
            await Task.Yield();
            lock (gate)
                atWork--;
        };

        await RunAsync(two, Say("A", "a"), Say("B", "b"), Say("C", "c"), Say("D", "d"));

        Assert.Equal(2, most);
        Assert.Equal(["a", "b", "c", "d"], two.Log.Lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_takes_longest_to_the_end_is_handed_first()
    {
        await RunBehindGateAsync(gate => gate.SetResult(), Say("B", "short"), Say("C", "long"), Say("D", "end", new Ref("C/long")));

        Assert.Equal(["gate", "long"], _neighbour.Handed.Take(2).Select(job => job.Node.Label));
    }

    [Fact]
    public async Task Equal_jobs_are_handed_once()
    {
        var stages = Enumerable.Range(1, 3).Select(i => new StageNode($"S{i}", null, [new JobNode($"S{i}", "same", new SayJob("same", []), [$"out/{i}.txt"])])).ToArray();

        await RunBehindGateAsync(gate => gate.SetResult(), stages);

        Assert.Equal(["gate", "same"], _neighbour.Log.Lines);
        Assert.Equal("same", _yard.Read("out/3.txt"));
    }

    [Fact]
    public async Task A_failure_there_is_thrown_and_what_others_do_ends()
    {
        _neighbour.Work = job => job.Node.Label == "a" ? throw new InvalidOperationException("The node is on fire.") : Task.CompletedTask;

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(_neighbour, Say("A", "a"), Say("B", "b"), Say("C", "c", new Ref("A/a"))));

        Assert.Equal("The node is on fire.", e.Message);
        Assert.Equal(["b"], _neighbour.Log.Lines);
        Assert.Equal("b", _yard.Read("out/B.txt"));
    }

    [Fact]
    public async Task After_a_failure_there_the_next_is_handed()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunBehindGateAsync(gate => gate.SetException(new InvalidOperationException("The node is on fire.")), Say("A", "a")));

        Assert.Equal(["gate", "a"], _neighbour.Handed.Select(job => job.Node.Label));
        Assert.Equal(["a"], _neighbour.Log.Lines);
    }

    [Fact]
    public async Task What_is_said_to_be_done_and_is_not_in_the_store_is_an_error()
    {
        var liar = new Liar();

        var e = await Assert.ThrowsAsync<IOException>(() => RunAsync(liar, Say("A", "a")));

        Assert.Equal("A, a is said to be done, and the store has no result of it.", e.Message);
    }

    [Fact]
    public async Task A_result_whose_bytes_are_missing_is_not_stored()
    {
        _neighbour.Work = async job =>
        {
            await _neighbour.StoreAsync(job, TestContext.Current.CancellationToken);
            Assert.True(job.IsStored());
            using var cache = _yard.Open();
            File.Delete(cache.Content.PathOf(ContentHash.Of("a")));
        };

        await RunAsync(_neighbour, Say("A", "a"));

        Assert.Equal(["a", "a"], _neighbour.Log.Lines);
    }

    [Fact]
    public async Task A_result_of_which_one_file_is_missing_is_not_stored()
    {
        _neighbour.Work = job =>
        {
            using var cache = _yard.Open();
            cache.Actions.Put(job.Key, new ActionResult("A", "a", [], [new ActionOutput(0, "", cache.Content.Put("a"u8)), new ActionOutput(1, "", new Blob(ContentHash.Of("gone"), 4))], TimeSpan.Zero));
            return Task.CompletedTask;
        };

        await RunAsync(_neighbour, Say("A", "a"));

        Assert.Equal(["a"], _neighbour.Log.Lines);
    }

    [Fact]
    public async Task What_is_stored_already_is_not_done_again()
    {
        await RunAsync(_neighbour, Say("A", "a"));

        await _neighbour.StoreAsync(_neighbour.Handed[0], TestContext.Current.CancellationToken);

        Assert.Equal(["a"], _neighbour.Log.Lines);
    }

    [Fact]
    public async Task What_was_made_there_goes_to_the_remote_cache_from_here()
    {
        var remote = new MemoryRemote();
        remote.Serve(_yard, gives: true);

        await RunAsync(_neighbour, Say("A", "a"));

        Assert.Contains("1 of 1 results went to the remote cache.", _yard.Log.Lines);
        Assert.Equal(_neighbour.Handed[0].Key, Assert.Single(remote.Results).Key);
    }

    private static StageNode Say(string stage, string text, params Input[] inputs) =>
        new(stage, null, [new JobNode(stage, text, new SayJob(text, inputs), [$"out/{stage}.txt"])]) { Memory = stage == "C" ? () => 7 : null };

    private Task<IReadOnlyList<StageOutcome>> RunAsync(IExecutor executor, params StageNode[] stages) =>
        _yard.RunAsync(new JobGraph(stages), options => options with { Executor = executor, Facts = EnvironmentFacts.None.With("machine", KeyValuePair.Create("cpu", "here")) });

    /// <summary>Runs stages behind a job that is handed before any of them is queued, and that ends when all are that need no other.</summary>
    /// <param name="open">Ends it.</param>
    /// <param name="stages">Each has one job.</param>
    private async Task RunBehindGateAsync(Action<TaskCompletionSource> open, params StageNode[] stages)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isHanded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = stages.Count(stage => !stage.Jobs[0].Inputs.Any());
        _neighbour.Work = job =>
        {
            if (job.Node.Label != "gate")
                return Task.CompletedTask;
            isHanded.SetResult();
            return gate.Task;
        };
        _yard.Log.Hear = line =>
        {
            if (line.EndsWith("1 run, 0 reused", StringComparison.Ordinal) && !line.StartsWith("Gate:", StringComparison.Ordinal) && --left == 0)
                open(gate);
        };

        await _yard.RunAsync(
            new JobGraph([Say("Gate", "gate"), .. stages]),
            options => options with { Executor = _neighbour, Before = (stage, cancellation) => stage.Label == "Gate" ? Task.CompletedTask : isHanded.Task.WaitAsync(cancellation) });
    }

    private IReadOnlyList<ContentHash> Keys()
    {
        using var cache = _yard.Open();
        return [.. cache.Actions.All()];
    }

    /// <summary>Says that it is done, and has done nothing.</summary>
    private sealed class Liar : IExecutor
    {
        public int Jobs => 1;

        public bool Takes(JobNode job) => true;

        public EnvironmentFacts FactsOf(JobNode job) => EnvironmentFacts.None;

        public Task RunAsync(HandedJob job, CancellationToken cancellation) => Task.CompletedTask;
    }
}
