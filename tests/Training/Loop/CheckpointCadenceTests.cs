using Slipway.Training.Loop;

namespace Slipway.Training.Tests.Loop;

public sealed class CheckpointCadenceTests
{
    private readonly SteppedClock _clock = new();

    [Fact]
    public void Writing_that_takes_little_comes_every_so_many_steps() => Assert.Equal([50, 100, 150, 200], Written(steps: 200, perStep: 0.1, writing: 1));

    /// <summary>50 steps of a second against a writing of 3 s, which every 150 s is a fiftieth of the time.</summary>
    [Fact]
    public void Writing_that_takes_long_comes_as_seldom_as_makes_it_a_fiftieth() => Assert.Equal([50, 200, 350, 500], Written(steps: 500, perStep: 1, writing: 3));

    private List<int> Written(int steps, double perStep, double writing)
    {
        var (cadence, written) = (new CheckpointCadence(50, _clock), new List<int>());
        for (var step = 1; step <= steps; step++)
        {
            _clock.Advance(perStep);
            if (!cadence.IsDue(step))
                continue;
            cadence.Write(() => _clock.Advance(writing));
            written.Add(step);
        }
        return written;
    }

    private sealed class SteppedClock : TimeProvider
    {
        private TimeSpan _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(double seconds) => _now += TimeSpan.FromSeconds(seconds);

        public override long GetTimestamp() => _now.Ticks;
    }
}
