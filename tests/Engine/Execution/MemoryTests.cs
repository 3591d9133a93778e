using Slipway.Engine.Jobs;
using static Slipway.Engine.Tests.Execution.TextStages;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Jobs that say how much memory they need.</summary>
public sealed class MemoryTests : IDisposable
{
    private readonly Yard _yard = new() { Jobs = 2 };
    private readonly Crowd _crowd = new();

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task Jobs_run_side_by_side_as_far_as_memory_goes()
    {
        using var both = new CountdownEvent(2);
        void Meet(JobIo io)
        {
            both.Signal();
            Assert.True(both.Wait(Long, io.Cancellation));
        }

        await _yard.RunAsync(Graph(Stage("A", _yard.Job("a", Meet)) with { Memory = () => 10 }, Stage("B", _yard.Job("b", Meet)) with { Memory = () => 10 }), options => options with { FreeMemory = () => 20 });

        Assert.Equal(2, _yard.Ran.Count);
    }

    [Theory]
    [InlineData(15, 1)]
    [InlineData(25, 2)]
    public async Task A_job_that_memory_has_no_room_for_waits_and_a_smaller_one_goes_first(long free, int others)
    {
        _yard.Jobs = 4;
        var asked = 0;
        using var small = new ManualResetEventSlim();
        var held = Enumerable.Range(1, others)
            .Select(i => Stage($"Held {i}", _yard.Job($"held {i}", io => Assert.True(small.Wait(Long, io.Cancellation)))) with { Weight = 3, Memory = () => 10 });

        await _yard.RunBehindGateAsync(
            options => options with
            {
                FreeMemory = () =>
                {
                    asked++;
                    return free;
                },
            },
            [
                .. held,
                Stage("Big", _yard.Job("big")) with { Weight = 2, Memory = () => 10 },
                Stage("Small", _yard.Job("small", _ => small.Set())) with { Memory = () => 2 },
            ]);

        Assert.Equal(["small", "big"], _yard.Ran.Where(ran => ran is "small" or "big"));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Where_nobody_knows_how_much_memory_is_free_it_holds_no_job_back()
    {
        using var both = new CountdownEvent(2);
        void Meet(JobIo io)
        {
            both.Signal();
            Assert.True(both.Wait(Long, io.Cancellation));
        }

        await _yard.RunAsync(Graph(Stage("A", _yard.Job("a", Meet)) with { Memory = () => 10 }, Stage("B", _yard.Job("b", Meet)) with { Memory = () => 10 }));

        Assert.Equal(2, _yard.Ran.Count);
    }

    [Fact]
    public async Task A_job_that_needs_more_memory_than_there_is_runs_alone()
    {
        await _yard.RunAsync(Graph(Stage("A", _yard.Job("a", _crowd.Join)) with { Memory = () => 100 }, Stage("B", _yard.Job("b", _crowd.Join)) with { Memory = () => 100 }), options => options with { FreeMemory = () => 5 });

        Assert.Equal((2, 1), (_yard.Ran.Count, _crowd.Most));
    }
}
