using Slipway.Imaging.Pictures;
using Slipway.Tagging.Inputs;

namespace Slipway.Tagging.Tests.Inputs;

public sealed class TaggerInputTests
{
    private const int Size = 448;
    private static readonly PreprocessedPictures Reference = new();

    // Grey, grey with alpha, palette with a transparent colour, RGB to be shrunk, RGBA: modes, padding of both directions, both filters.
    [Theory]
    [InlineData("gray_48x48.png")]
    [InlineData("la_30x50.png")]
    [InlineData("palette_transparent_90x120.png")]
    [InlineData("rgb_640x500.png")]
    [InlineData("rgba_60x37.png")]
    public void Every_byte_is_the_references(string name)
    {
        var picture = Picture.Load(Path.Combine(AppContext.BaseDirectory, "golden", name));
        var input = new float[Size * Size * 3];
        TaggerInput.Write(picture, Size, input);
        var (side, step, expected) = Reference.Of(name);
        var differences = new int[256];
        for (var i = 0; i < expected.Length; i++)
        {
            var (pixel, channel) = Math.DivRem(i, 3);
            var (y, x) = Math.DivRem(pixel, side);
            differences[(int)Math.Abs(input[(((y * step * Size) + (x * step)) * 3) + channel] - expected[i])]++;
        }

        Assert.Equal(expected.Length, differences[0]);
    }
}
