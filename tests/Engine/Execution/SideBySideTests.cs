using System.Collections.Concurrent;
using Slipway.Engine.Jobs;
using static Slipway.Engine.Tests.Execution.TextStages;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Jobs that run at the same time, and those that must not.</summary>
public sealed class SideBySideTests : IDisposable
{
    private readonly Yard _yard = new() { Jobs = 2 };
    private readonly Crowd _crowd = new();

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

        await _yard.RunAsync(Graph(Stage("A", _yard.Job("a", Meet)), Stage("B", _yard.Job("b", Meet))));

        Assert.Equal(["a", "b"], _yard.Ran.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_job_at_a_time_is_one()
    {
        _yard.Jobs = 1;

        await _yard.RunAsync(Graph(Stage("A", _yard.Job("a", _crowd.Join), _yard.Job("b", _crowd.Join)), Stage("B", _yard.Job("c", _crowd.Join), _yard.Job("d", _crowd.Join))));

        Assert.Equal((4, 1), (_yard.Ran.Count, _crowd.Most));
    }

    [Fact]
    public async Task What_is_needed_comes_first_however_much_room_there_is()
    {
        _yard.Jobs = 4;

        await _yard.RunAsync(Graph(Stage("A", _yard.Job("a")), Stage("B", _yard.Job("b", null, new Ref("A/a"))), Stage("C", _yard.Job("c", null, new Ref("B/b")))));

        Assert.Equal(["a", "b", "c"], _yard.Ran);
        Assert.Equal("c of b of a", _yard.Read("out/C/c.txt"));
    }

    [Fact]
    public async Task Equal_jobs_of_two_stages_that_are_under_way_at_once_run_once()
    {
        // It ends when all three stages have been looked at: one that opens later finds its result.
        var stages = 0;
        using var all = new CountdownEvent(3);
        _yard.Log.Hear = line =>
        {
            if (line.EndsWith("1 run, 0 reused", StringComparison.Ordinal) && Interlocked.Increment(ref stages) <= 3)
                all.Signal();
        };
        void Work(JobIo io) => Assert.True(all.Wait(Long, io.Cancellation));

        var outcomes = await _yard.RunAsync(Graph(Stage("A", _yard.Job("same", Work)), Stage("B", _yard.Job("same", Work)), Stage("C", _yard.Job("same", Work))));

        Assert.Equal(["same"], _yard.Ran);
        Assert.All(outcomes, outcome => Assert.Equal(1, outcome.Run));
        Assert.Equal(["same", "same", "same"], new[] { "A", "B", "C" }.Select(stage => _yard.Read($"out/{stage}/same.txt")));
    }

    [Fact]
    public async Task Equal_jobs_run_once_where_others_come_between()
    {
        _yard.Jobs = 1;

        await _yard.RunAsync(Graph(Stage("A", _yard.Job("same"), _yard.Job("a"), _yard.Job("b")), Stage("B", _yard.Job("c"), _yard.Job("same"))));

        Assert.Equal(["a", "b", "c", "same"], _yard.Ran.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_gone_through_twice()
    {
        var graph = Graph(Stage("A", _yard.Job("a")), Stage("B", _yard.Job("b", null, new Ref("A/a"))));
        using var cache = _yard.Open();
        using var run = _yard.RunOf(graph, cache, _yard.Log);
        var first = await run.RunAsync([graph.Stages[0]], TestContext.Current.CancellationToken);

        var second = await run.RunAsync(graph.Stages, TestContext.Current.CancellationToken);

        Assert.Same(first[0], second[0]);
        Assert.Equal(["A", "B"], run.Outcomes.Select(outcome => outcome.Stage));
        Assert.Equal(["a", "b"], _yard.Ran);
    }

    [Fact]
    public async Task Workers_have_numbers_and_do_not_keep_the_process_alive()
    {
        using var both = new CountdownEvent(2);
        var workers = new ConcurrentBag<string>();
        void Meet(JobIo io)
        {
            workers.Add($"{Thread.CurrentThread.Name}, background: {Thread.CurrentThread.IsBackground}");
            both.Signal();
            Assert.True(both.Wait(Long, io.Cancellation));
        }

        await _yard.RunAsync(Graph(Stage("A", _yard.Job("a", Meet)), Stage("B", _yard.Job("b", Meet))));

        Assert.Equal(["worker 1, background: True", "worker 2, background: True"], workers.Order(StringComparer.Ordinal));
    }
}
