using Slipway.Training.Losses;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Losses;

public sealed class LossFunctionTests : ScheduleNumbers
{
    [Theory]
    [InlineData("l2", "snr", "loss.l2")]
    [InlineData("l1", "snr", "loss.l1")]
    [InlineData("huber", "constant", "loss.huber.constant")]
    [InlineData("huber", "exponential", "loss.huber.exponential")]
    [InlineData("huber", "snr", "loss.huber.snr")]
    [InlineData("smooth_l1", "constant", "loss.smooth_l1.constant")]
    [InlineData("smooth_l1", "exponential", "loss.smooth_l1.exponential")]
    [InlineData("smooth_l1", "snr", "loss.smooth_l1.snr")]
    public void Errors_are_the_references(string type, string schedule, string expected)
    {
        var function = new LossFunction(Schedule, new LossOptions { LossType = type, HuberSchedule = schedule });
        var errors = function.Compute(Read("loss.pred"), Read("op.noise"), Read("op.timesteps"));
        Assert.InRange(Golden.RelativeError(errors, Read(expected)), 0, Tolerance);
    }

    [Theory]
    [InlineData("constant")]
    [InlineData("exponential")]
    [InlineData("snr")]
    public void Thresholds_are_the_references(string schedule)
    {
        var threshold = new HuberThreshold(Schedule, new LossOptions { HuberSchedule = schedule });
        Assert.InRange(Golden.RelativeError(threshold.At(Read("op.timesteps")), Read($"loss.huber_c.{schedule}")), 0, Tolerance);
    }

    [Fact]
    public void The_scale_multiplies_the_thresholds_but_those_of_snr()
    {
        var timesteps = tensor(new long[] { 0, 500 });
        Tensor At(string schedule, double scale) => new HuberThreshold(Schedule, new LossOptions { HuberSchedule = schedule, HuberScale = scale }).At(timesteps);
        Assert.InRange(Golden.RelativeError(At("constant", 3), At("constant", 1) * 3), 0, Tolerance);
        Assert.InRange(Golden.RelativeError(At("exponential", 3), At("exponential", 1) * 3), 0, Tolerance);
        Assert.Equal(0, Golden.MaxError(At("snr", 3), At("snr", 1)));
    }

    [Fact]
    public void Unknown_names_are_refused_with_those_that_are_known()
    {
        Assert.Contains("must be one of l2, l1, huber, smooth_l1", Assert.Throws<ArgumentException>(() => new LossFunction(Schedule, new LossOptions { LossType = "l3" })).Message, StringComparison.Ordinal);
        Assert.Contains("must be one of constant, exponential, snr", Assert.Throws<ArgumentException>(() => new LossFunction(Schedule, new LossOptions { HuberSchedule = "x" })).Message, StringComparison.Ordinal);
    }
}
