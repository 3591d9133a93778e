using Slipway.Imaging;

namespace Slipway.Tagging;

/// <summary>
/// A picture as WD14 taggers take it: over white, padded with white to a square, resized, BGR floats 0 to 255.
/// </summary>
internal static class TaggerInput
{
    /// <summary>Writes size × size × 3 numbers.</summary>
    public static void Write(Picture picture, int size, Span<float> target)
    {
        var square = Square(picture.Flatten(255, 255, 255));
        var resized = square.Width == size ? square : square.Resize(size, size);
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
        {
            return picture;
        }

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
