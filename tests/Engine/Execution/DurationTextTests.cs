using Slipway.Engine.Execution;

namespace Slipway.Engine.Tests.Execution;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData(0, "0.0 s")]
    [InlineData(3.24, "3.2 s")]
    [InlineData(9.95, "10 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(89, "89 s")]
    [InlineData(90, "1.5 min")]
    [InlineData(597, "10 min")]
    [InlineData(599, "10 min")]
    [InlineData(5399, "90 min")]
    [InlineData(5400, "1.5 h")]
    [InlineData(9000, "2.5 h")]
    public void Says_no_more_than_is_of_use(double seconds, string expected) => Assert.Equal(expected, DurationText.Of(TimeSpan.FromSeconds(seconds)));
}
