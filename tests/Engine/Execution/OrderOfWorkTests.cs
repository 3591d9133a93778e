using Slipway.Engine.Jobs;
using static Slipway.Engine.Tests.Execution.TextStages;

namespace Slipway.Engine.Tests.Execution;

/// <summary>What begins first where not all can begin at once.</summary>
public sealed class OrderOfWorkTests : IDisposable
{
    private readonly Yard _yard = new();

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task The_longest_way_to_the_end_goes_first()
    {
        await _yard.RunBehindGateAsync(
            Stage("Short", _yard.Job("short")) with { Weight = 2 },
            Stage("Long", _yard.Job("long")) with { Weight = 3 },
            Stage("First", _yard.Job("first")),
            Stage("Last", _yard.Job("last", null, new Ref("First/first"))) with { Weight = 10 });

        Assert.Equal(["gate 1", "first", "last", "long", "short"], _yard.Ran);
    }

    [Fact]
    public async Task A_worker_waits_for_an_urgent_stage_that_is_being_prepared()
    {
        var isQueued = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _yard.Log.Hear = line => _ = line.StartsWith("Light: 1 run", StringComparison.Ordinal) && isQueued.TrySetResult();

        await _yard.RunAsync(
            Graph(Stage("Light", _yard.Job("light")), Stage("Urgent", _yard.Job("urgent")) with { Weight = 5 }),
            options => options with { Before = (stage, cancellation) => stage.Label == "Urgent" ? isQueued.Task.WaitAsync(Long, cancellation) : Task.CompletedTask });

        Assert.Equal(["urgent", "light"], _yard.Ran);
    }

    [Fact]
    public async Task No_worker_waits_for_a_stage_that_another_process_holds()
    {
        using var other = _yard.Open();
        var held = await other.LockAsync("Urgent", _ => { }, TestContext.Current.CancellationToken);

        await _yard.RunAsync(Graph(Stage("Light", _yard.Job("light", _ => held.Dispose())), Stage("Urgent", _yard.Job("urgent")) with { Weight = 5 }));

        Assert.Equal(["light", "urgent"], _yard.Ran);
    }

    [Fact]
    public async Task A_worker_waits_for_no_stage_that_something_else_has_to_be_made_for_too()
    {
        await _yard.RunBehindGateAsync(
            Stage("First", _yard.Job("first")) with { Weight = 5 },
            Stage("Second", _yard.Job("second")),
            Stage("Both", _yard.Job("both", null, new Ref("First/first"), new Ref("Second/second"))) with { Weight = 10 });

        Assert.Equal(["gate 1", "first", "second", "both"], _yard.Ran);
    }

    [Fact]
    public async Task Of_what_needs_a_stage_the_heaviest_makes_its_way_long()
    {
        await _yard.RunBehindGateAsync(
            Stage("First", _yard.Job("first")),
            Stage("Light", _yard.Job("light", null, new Ref("First/first"))),
            Stage("Heavy", _yard.Job("heavy", null, new Ref("First/first"))) with { Weight = 10 },
            Stage("Middle", _yard.Job("middle")) with { Weight = 5 });

        Assert.Equal(["gate 1", "first"], _yard.Ran.Take(2));
    }

    [Fact]
    public async Task Outcomes_are_in_the_graphs_order_whatever_the_order_of_the_work()
    {
        var outcomes = await _yard.RunBehindGateAsync(Stage("A", _yard.Job("a")), Stage("B", _yard.Job("b")) with { Weight = 5 }, Stage("C", _yard.Job("c")) with { Weight = 3 });

        Assert.Equal(["gate 1", "b", "c", "a"], _yard.Ran);
        Assert.Equal(["A", "B", "C", "Gate"], outcomes.Select(outcome => outcome.Stage));
    }

    [Fact]
    public async Task Where_one_runs_at_a_time_a_stage_comes_to_its_end_before_a_lighter_one_begins()
    {
        await _yard.RunBehindGateAsync(Stage("A", _yard.Job("a1"), _yard.Job("a2"), _yard.Job("a3")) with { Weight = 5 }, Stage("B", _yard.Job("b1"), _yard.Job("b2")));

        Assert.Equal(["gate 1", "a1", "a2", "a3", "b1", "b2"], _yard.Ran);
    }

    [Fact]
    public async Task A_stage_of_which_no_job_runs_goes_before_a_heavier_one_of_which_one_does()
    {
        _yard.Jobs = 2;
        using var both = new CountdownEvent(2);
        void Meet(JobIo io)
        {
            both.Signal();
            Assert.True(both.Wait(Long, io.Cancellation));
        }

        await _yard.RunBehindGateAsync(
            Stage("A", _yard.Job("a1", Meet), _yard.Job("a2"), _yard.Job("a3")) with { Weight = 5 },
            Stage("B", _yard.Job("b", Meet)));

        Assert.Equal(["a1", "b"], _yard.Ran.Skip(2).Take(2).Order(StringComparer.Ordinal));
    }
}
