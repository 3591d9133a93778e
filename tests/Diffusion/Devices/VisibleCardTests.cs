using Slipway.Diffusion.Devices;
using Xunit;

namespace Slipway.Diffusion.Tests.Devices;

public sealed class VisibleCardTests
{
    [Theory]
    [InlineData(0, null, "0")]
    [InlineData(2, " ", "2")]
    [InlineData(1, "5, 3", "3")]
    [InlineData(0, "GPU-1234", "GPU-1234")]
    public void Is_counted_among_those_that_the_process_may_see(int card, string? among, string expected) => Assert.Equal(expected, VisibleCard.Of(card, among));

    [Fact]
    public void One_that_the_process_may_not_see_is_refused()
    {
        var exception = Assert.Throws<ArgumentException>(() => VisibleCard.Of(2, "0,1"));
        Assert.Equal("`device` is cuda:2, but CUDA_VISIBLE_DEVICES=0,1 lets this process see 2, counted from cuda:0.", exception.Message);
    }
}
