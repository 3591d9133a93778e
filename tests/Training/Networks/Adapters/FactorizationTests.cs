using Slipway.Training.Networks.Adapters;

namespace Slipway.Training.Tests.Networks.Adapters;

public sealed class FactorizationTests
{
    /// <summary>
    /// The table in the documentation of LyCORIS' rule, for the factors −1, 2, 4, 8 and 16; of 360 it says 8×45 and 12×30 for the first and
    /// the last, where the rule itself gives what stands here.
    /// </summary>
    [Theory]
    [InlineData(127, "1×127 1×127 1×127 1×127 1×127")]
    [InlineData(128, "8×16 2×64 4×32 8×16 8×16")]
    [InlineData(250, "10×25 2×125 2×125 5×50 10×25")]
    [InlineData(360, "18×20 2×180 4×90 8×45 15×24")]
    [InlineData(512, "16×32 2×256 4×128 8×64 16×32")]
    [InlineData(1024, "32×32 2×512 4×256 8×128 16×64")]
    public void A_side_is_cut_as_lycoris_cuts_it(int side, string expected) =>
        Assert.Equal(expected, string.Join(' ', new[] { -1, 2, 4, 8, 16 }.Select(factor => Factorization.Of(side, factor)).Select(pair => $"{pair.Small}×{pair.Large}")));

    [Fact]
    public void SDXLs_sides_have_the_smaller_part_first()
    {
        Assert.Equal((32, 40), Factorization.Of(1280, -1));
        Assert.Equal((16, 20), Factorization.Of(320, -1));
        Assert.Equal((8, 160), Factorization.Of(1280, 8));
        Assert.Equal((32, 320), Factorization.Of(10240, 320));
        Assert.Equal((1, 1), Factorization.Of(1, -1));
    }
}
