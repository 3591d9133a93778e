using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Tests.Pictures;

public sealed class AlphaPolicyTests
{
    private static readonly Picture HalfRed = TestPictures.Flat(2, 1, 255, 0, 0, 128);

    [Fact]
    public void Transparency_without_a_policy_is_an_error_that_names_the_picture_and_the_choices()
    {
        var exception = Assert.Throws<InvalidDataException>(() => AlphaPolicy.Refuse.Apply(HalfRed, "cut.png"));
        Assert.DoesNotContain('\n', exception.Message);
        Assert.Contains("'cut.png'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("alpha: white", exception.Message, StringComparison.Ordinal);
        Assert.Contains("alpha: black", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AlphaPolicy.White, 127)]
    [InlineData(AlphaPolicy.Black, 0)]
    public void A_policy_lays_the_picture_over_its_colour(AlphaPolicy policy, byte green)
    {
        var flat = policy.Apply(HalfRed, "cut.png");
        Assert.False(flat.HasAlpha);
        Assert.Equal(green, flat.At(0, 0).Green);
    }

    [Theory]
    [InlineData(AlphaPolicy.Refuse)]
    [InlineData(AlphaPolicy.White)]
    [InlineData(AlphaPolicy.Black)]
    public void An_opaque_picture_stays_as_it_is(AlphaPolicy policy)
    {
        var picture = TestPictures.Colorful(3, 3);
        Assert.Same(picture, policy.Apply(picture, "whole.png"));
    }
}
