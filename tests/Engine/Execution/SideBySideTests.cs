using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Jobs of one text each, that meet, fail and wait as a test wants.</summary>
public sealed class SideBySideTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private readonly Yard _yard = new() { Jobs = 2 };
    private int _running;
    private int _most;

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task Two_jobs_that_do_not_need_one_another_run_side_by_side()
    {
        // Each waits for the other: one after the other they would never end.
        using var both = new CountdownEvent(2);
        void Meet(JobIo io)
        {
            both.Signal();
            Assert.True(both.Wait(Long, io.Cancellation));
        }

        await _yard.RunAsync(Graph(Stage("A", Job("a", Meet)), Stage("B", Job("b", Meet))));

        Assert.Equal(["a", "b"], _yard.Ran.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_job_at_a_time_is_one()
    {
        _yard.Jobs = 1;

        await _yard.RunAsync(Graph(Stage("A", Job("a", Count), Job("b", Count)), Stage("B", Job("c", Count), Job("d", Count))));

        Assert.Equal((4, 1), (_yard.Ran.Count, _most));
    }

    [Fact]
    public async Task What_is_needed_comes_first_however_much_room_there_is()
    {
        _yard.Jobs = 4;

        await _yard.RunAsync(Graph(Stage("A", Job("a")), Stage("B", Job("b", null, new Ref("A/a"))), Stage("C", Job("c", null, new Ref("B/b")))));

        Assert.Equal(["a", "b", "c"], _yard.Ran);
        Assert.Equal("c of b of a", _yard.Read("out/C/c.txt"));
    }

    [Fact]
    public async Task The_longest_way_to_the_end_goes_first()
    {
        await RunBehindGateAsync(
            Stage("Short", Job("short")) with { Weight = 2 },
            Stage("Long", Job("long")) with { Weight = 3 },
            Stage("First", Job("first")),
            Stage("Last", Job("last", null, new Ref("First/first"))) with { Weight = 10 });

        Assert.Equal(["gate", "first"], _yard.Ran.Take(2));
        Assert.Equal(["long", "short"], _yard.Ran.Where(ran => ran is "long" or "short"));
    }

    [Fact]
    public async Task Outcomes_are_in_the_graphs_order_whatever_the_order_of_the_work()
    {
        var outcomes = await RunBehindGateAsync(Stage("A", Job("a")), Stage("B", Job("b")) with { Weight = 5 }, Stage("C", Job("c")) with { Weight = 3 });

        Assert.Equal(["gate", "b", "c", "a"], _yard.Ran);
        Assert.Equal(["A", "B", "C", "Gate"], outcomes.Select(outcome => outcome.Stage));
    }

    [Fact]
    public async Task Where_one_runs_at_a_time_a_stage_comes_to_its_end_before_a_lighter_one_begins()
    {
        await RunBehindGateAsync(Stage("A", Job("a1"), Job("a2"), Job("a3")) with { Weight = 5 }, Stage("B", Job("b1"), Job("b2")));

        Assert.Equal(["gate", "a1", "a2", "a3", "b1", "b2"], _yard.Ran);
    }

    [Fact]
    public async Task A_failure_lets_the_others_end_and_is_thrown_as_it_is()
    {
        using var failed = new ManualResetEventSlim();
        var graph = Graph(
            Stage("A", Job("a", _ => Throw(failed, "no paint"))),
            Stage("B", Job("b", io => Assert.True(failed.Wait(Long, io.Cancellation))), Job("c")),
            Stage("C", Job("d", null, new Ref("A/a"))));

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => _yard.RunAsync(graph));

        Assert.Equal("no paint", e.Message);
        Assert.Equal(["a", "b", "c"], _yard.Ran.Order(StringComparer.Ordinal));
        Assert.Equal("c", _yard.Read("out/B/c.txt"));
    }

    [Fact]
    public async Task What_a_failure_ends_does_not_count_as_done()
    {
        using var failed = new ManualResetEventSlim();

        // The failure is known when this one ends.
        void Outlast(JobIo io)
        {
            Assert.True(failed.Wait(Long, io.Cancellation));
            Thread.Sleep(100);
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => _yard.RunAsync(Graph(Stage("A", Job("a", _ => Throw(failed, "no paint")), Job("b", Outlast), Job("c"), Job("d")))));

        Assert.Equal(["A: 1/4"], _yard.Log.Lines.Where(line => line.Contains('/', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task All_failures_are_told_in_the_graphs_order()
    {
        using var failed = new ManualResetEventSlim();
        var graph = Graph(
            Stage("A", Job("a", io =>
            {
                Assert.True(failed.Wait(Long, io.Cancellation));
                throw new InvalidDataException("no paint");
            })),
            Stage("B", Job("b", _ => Throw(failed, "no wood"))),
            Stage("C", Job("c", null, new Ref("B/b"))));

        var e = await Assert.ThrowsAsync<RunFailedException>(() => _yard.RunAsync(graph));

        Assert.Equal(["no paint", "no wood"], e.Failures.Select(failure => failure.Message));
        Assert.Equal("no paint\nno wood", e.Message);
        Assert.DoesNotContain("c", _yard.Ran);
    }

    [Fact]
    public async Task A_failure_that_two_stages_share_is_told_once()
    {
        var graph = Graph(Stage("A", Job("a", _ => throw new InvalidDataException("no paint"))), Stage("B", Job("b", _ => throw new InvalidDataException("no paint"))));

        await Assert.ThrowsAsync<InvalidDataException>(() => _yard.RunAsync(graph));
    }

    [Fact]
    public async Task What_needs_a_stage_that_failed_does_not_run_and_the_run_after_goes_on_from_there()
    {
        var isBroken = true;
        var graph = Graph(
            Stage("A", Job("a", _ =>
            {
                if (isBroken)
                    throw new InvalidDataException("no paint");
            })),
            Stage("B", Job("b", null, new Ref("A/a"))),
            Stage("C", Job("c", null, new Ref("B/b"))),
            Stage("D", Job("d")));
        await Assert.ThrowsAsync<InvalidDataException>(() => _yard.RunAsync(graph));
        Assert.Equal(["a", "d"], _yard.Ran.Order(StringComparer.Ordinal));
        isBroken = false;

        await _yard.RunAsync(graph);

        Assert.Equal(["a", "b", "c"], _yard.Ran);
    }

    [Fact]
    public async Task To_stop_stops_all_and_lets_go_of_the_locks()
    {
        using var both = new CountdownEvent(2);
        using var source = new CancellationTokenSource();
        var isFirst = true;
        void Work(JobIo io)
        {
            if (!isFirst)
                return;
            if (both.Signal())
                source.Cancel();
            io.Cancellation.WaitHandle.WaitOne(Long);
            io.Cancellation.ThrowIfCancellationRequested();
        }

        var graph = Graph(Stage("A", Job("a", Work)), Stage("B", Job("c", Work)), Stage("C", Job("d", null, new Ref("B/c"))));
        _yard.Cancellation = source.Token;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _yard.RunAsync(graph));
        Assert.Equal(["a", "c"], _yard.Ran.Order(StringComparer.Ordinal));
        (isFirst, _yard.Cancellation) = (false, TestContext.Current.CancellationToken);

        await _yard.RunAsync(graph).WaitAsync(Long, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "c", "d"], _yard.Ran.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Equal_jobs_of_two_stages_that_are_under_way_at_once_run_once()
    {
        var reading = new CountdownEvent(1);
        void Work(JobIo io) => reading.Signal();

        var outcomes = await _yard.RunAsync(Graph(Stage("A", Job("same", Work)), Stage("B", Job("same", Work)), Stage("C", Job("same", Work))));

        Assert.Equal(["same"], _yard.Ran);
        Assert.All(outcomes, outcome => Assert.Equal(1, outcome.Run));
        Assert.Equal(["same", "same", "same"], new[] { "A", "B", "C" }.Select(stage => _yard.Read($"out/{stage}/same.txt")));
        reading.Dispose();
    }

    [Fact]
    public async Task Equal_jobs_run_once_where_others_come_between()
    {
        _yard.Jobs = 1;

        await _yard.RunAsync(Graph(Stage("A", Job("same"), Job("a"), Job("b")), Stage("B", Job("c"), Job("same"))));

        Assert.Equal(["a", "b", "c", "same"], _yard.Ran.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(15, 1)]
    [InlineData(20, 2)]
    public async Task Jobs_that_need_more_memory_than_is_free_run_one_after_the_other(long free, int together)
    {
        using var both = new CountdownEvent(together);
        void Work(JobIo io)
        {
            Count(io);
            if (!both.IsSet)
                both.Signal();
            Assert.True(both.Wait(Long, io.Cancellation));
        }

        StageNode Big(string name) => Stage(name, Job(name, Work)) with { Memory = () => 10 };

        await _yard.RunAsync(Graph(Big("A"), Big("B")), options => options with { FreeMemory = () => free });

        Assert.Equal(2, _yard.Ran.Count);
        if (together == 1)
            Assert.Equal(1, _most);
    }

    [Fact]
    public async Task Where_nobody_knows_how_much_memory_is_free_it_holds_no_job_back()
    {
        using var both = new CountdownEvent(2);
        void Work(JobIo io)
        {
            both.Signal();
            Assert.True(both.Wait(Long, io.Cancellation));
        }

        await _yard.RunAsync(Graph(Stage("A", Job("a", Work)) with { Memory = () => 10 }, Stage("B", Job("b", Work)) with { Memory = () => 10 }));

        Assert.Equal(2, _yard.Ran.Count);
    }

    [Fact]
    public async Task A_job_that_needs_more_memory_than_there_is_runs_alone()
    {
        await _yard.RunAsync(Graph(Stage("A", Job("a", Count)) with { Memory = () => 100 }, Stage("B", Job("b", Count)) with { Memory = () => 100 }), options => options with { FreeMemory = () => 5 });

        Assert.Equal((2, 1), (_yard.Ran.Count, _most));
    }

    [Fact]
    public async Task What_the_host_finds_before_a_stage_ends_the_run_before_it_begins()
    {
        _yard.Jobs = 1;
        Task Before(StageNode stage, CancellationToken cancellation) => stage.Label == "B" ? throw new InvalidDataException("too little memory") : Task.CompletedTask;

        var e = await Assert.ThrowsAsync<InvalidDataException>(() =>
            _yard.RunAsync(Graph(Stage("A", Job("a")), Stage("B", Job("b", null, new Ref("A/a"))), Stage("C", Job("c", null, new Ref("A/a"), new Ref("B/b")))), options => options with { Before = Before }));

        Assert.Equal("too little memory", e.Message);
        Assert.Equal(["a"], _yard.Ran);
    }

    [Fact]
    public async Task What_goes_wrong_between_jobs_fails_its_stage_and_lets_the_others_end()
    {
        Directory.CreateDirectory(_yard["lock.yaml"]);
        var graph = Graph(Stage("A", Job("a")), Stage("B", Job("b")), Stage("C", Job("c", null, new Ref("A/a"))));

        Assert.Contains("is a folder", (await Assert.ThrowsAsync<IOException>(() => _yard.RunAsync(graph))).Message, StringComparison.Ordinal);

        Assert.Equal(["a", "b"], _yard.Ran.Order(StringComparer.Ordinal));
        Assert.Equal("b", _yard.Read("out/B/b.txt"));
        Directory.Delete(_yard["lock.yaml"]);
        await _yard.RunAsync(graph).WaitAsync(Long, TestContext.Current.CancellationToken);
        Assert.Equal(["c"], _yard.Ran);
    }

    [Fact]
    public async Task Nothing_is_gone_through_twice()
    {
        var graph = Graph(Stage("A", Job("a")), Stage("B", Job("b", null, new Ref("A/a"))));
        using var cache = _yard.Open();
        using var run = _yard.RunOf(graph, cache, _yard.Log);
        var first = await run.RunAsync([graph.Stages[0]], TestContext.Current.CancellationToken);

        var second = await run.RunAsync(graph.Stages, TestContext.Current.CancellationToken);

        Assert.Same(first[0], second[0]);
        Assert.Equal(["A", "B"], run.Outcomes.Select(outcome => outcome.Stage));
        Assert.Equal(["a", "b"], _yard.Ran);
    }

    /// <summary>One job at a time, and one that holds the worker until the first jobs of all other stages wait for it.</summary>
    private async Task<IReadOnlyList<StageOutcome>> RunBehindGateAsync(params StageNode[] stages)
    {
        _yard.Jobs = 1;
        var isOpen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = Stage("Gate", Job("gate", io =>
        {
            isOpen.SetResult();
            Assert.True(SpinWait.SpinUntil(() => _yard.Log.Lines.Count(line => line.EndsWith("0 reused", StringComparison.Ordinal)) > stages.Count(stage => stage.Jobs.All(job => ((TextJob)job.Job).Inputs.Count == 0)), Long));
        }));
        return await _yard.RunAsync(Graph([.. stages, gate]), options => options with { Before = (stage, _) => stage.Label == "Gate" ? Task.CompletedTask : isOpen.Task });
    }

    private static void Throw(ManualResetEventSlim failed, string message)
    {
        failed.Set();
        throw new InvalidDataException(message);
    }

    private void Count(JobIo io)
    {
        var running = Interlocked.Increment(ref _running);
        lock (_yard)
            _most = Math.Max(_most, running);
        Thread.Yield();
        Interlocked.Decrement(ref _running);
    }

    private (string Label, TextJob Job) Job(string label, Action<JobIo>? work = null, params Input[] inputs) => (label, new TextJob(label, inputs) { Yard = _yard, Work = work ?? (_ => { }) });

    private static StageNode Stage(string name, params (string Label, TextJob Job)[] jobs) =>
        new(name, null, [.. jobs.Select(job => new JobNode(name, job.Label, job.Job, [$"out/{name}/{job.Label}.txt"]))]);

    private static JobGraph Graph(params StageNode[] stages) => new(stages);
}

/// <summary>Writes its text, and what it was made of.</summary>
internal sealed record TextJob(string Text, IReadOnlyList<Input> Inputs) : IJob
{
    [NotInKey("It only watches.")]
    [System.Text.Json.Serialization.JsonIgnore]
    public Yard Yard { get; init; } = null!;

    [NotInKey("It only watches, or fails.")]
    [System.Text.Json.Serialization.JsonIgnore]
    public Action<JobIo> Work { get; init; } = _ => { };

    public JobKind Kind => new("Text", 1);

    public IReadOnlyList<string> Environment => [];

    public IReadOnlyList<JobOutput> Outputs => [new("image")];

    public void Run(JobIo io)
    {
        Yard.Note(Text);
        File.WriteAllText(io.Output("image"), string.Join(" of ", [Text, .. Inputs.Select(io.ReadText)]));
        Work(io);
    }
}
