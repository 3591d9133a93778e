using Slipway.Imaging.Measuring;

namespace Slipway.Imaging.Tests.Measuring;

public sealed class SeedBootstrapTests
{
    [Fact]
    public void One_seed_gives_no_interval_and_seeds_that_agree_one_without_width()
    {
        Assert.Null(SeedBootstrap.Interval([0.3]));
        Assert.Equal((0.25, 0.25), SeedBootstrap.Interval([0.25, 0.25, 0.25]));
    }

    [Fact]
    public void Holds_the_mean_and_is_the_same_every_time()
    {
        var interval = SeedBootstrap.Interval([0.1, 0.2, 0.3, 0.4])!.Value;
        Assert.True(interval.Low < 0.25 && interval.High > 0.25);
        Assert.Equal(interval, SeedBootstrap.Interval([0.1, 0.2, 0.3, 0.4]));
    }

    /// <summary>Of 400 samples of five numbers each, about 95 % have intervals that hold the true mean; plain percentiles hold it in about 85 %.</summary>
    [Fact]
    public void Holds_the_true_mean_about_as_often_as_it_says()
    {
        var random = new Random(1);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var held = Enumerable.Range(0, 400).Count(_ => SeedBootstrap.Interval([Normal(), Normal(), Normal(), Normal(), Normal()]) is var (low, high) && low <= 0 && high >= 0);
        Assert.InRange(held, 0.92 * 400, 0.99 * 400);
    }
}
