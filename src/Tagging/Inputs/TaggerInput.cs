using Slipway.Imaging.Pictures;
using Slipway.Imaging.Resampling;

namespace Slipway.Tagging.Inputs;

/// <summary>
/// A picture as WD14 taggers take it: over white, padded with white to a square (the smaller half of an odd rest left and
/// above), resized by area or, where it grows, by Lanczos, as floats from 0 to 255 in the order B, G, R. Where
/// sd-scripts' releases differ this is what the taggers were made for: v0.9.1 drops the transparency and shrinks bilinearly.
/// </summary>
public static class TaggerInput
{
    /// <summary>Writes [size, size, 3] numbers, whole ones.</summary>
    public static void Write(Picture picture, int size, Span<float> target)
    {
        var square = Square(picture.Flatten(255, 255, 255));
        var resized = Resampler.Resize(square, size, size);
        for (var i = 0; i < size * size; i++)
        {
            target[i * 3] = resized.Pixels[(i * 4) + 2];
            target[(i * 3) + 1] = resized.Pixels[(i * 4) + 1];
            target[(i * 3) + 2] = resized.Pixels[i * 4];
        }
    }

    private static Picture Square(Picture picture)
    {
        if (picture.Width == picture.Height)
            return picture;

        var side = Math.Max(picture.Width, picture.Height);
        var square = new Picture(side, side);
        Array.Fill(square.Pixels, (byte)255);
        var (left, top) = ((side - picture.Width) / 2, (side - picture.Height) / 2);
        for (var y = 0; y < picture.Height; y++)
        {
            picture.Pixels.AsSpan(y * picture.Width * 4, picture.Width * 4)
                .CopyTo(square.Pixels.AsSpan((((y + top) * side) + left) * 4));
        }

        return square;
    }
}
