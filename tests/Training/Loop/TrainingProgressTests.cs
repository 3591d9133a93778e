using Slipway.Training.Loop;
using Slipway.Training.Metrics;

namespace Slipway.Training.Tests.Loop;

public sealed class TrainingProgressTests
{
    [Theory]
    [InlineData(37, "00:37")]
    [InlineData(3599, "59:59")]
    [InlineData(3600 + (2 * 60) + 3, "1:02:03")]
    [InlineData(101 * 3600, "101:00:00")]
    public void Time_left_keeps_its_hours(int seconds, string expected) =>
        Assert.Equal($"loss 0.0412, gradient norm 0.031, learning rate 0.004, {expected} left", Progress(0.031, seconds));

    [Fact]
    public void A_step_that_was_left_out_says_why() =>
        Assert.Equal("loss 0.0412, left out as gradients overflowed at a loss scale of 65536, learning rate 0.004, 00:37 left", Progress(double.NaN, 37));

    private static string Progress(double norm, int seconds) =>
        new TrainingProgress(new StepMetrics(1, 1, 0.05, 0.0412, norm, 0.004, 0) { LossScale = 65536 }, 10, TimeSpan.FromSeconds(seconds)).Describe();
}
