using System.Runtime.Intrinsics;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>
/// A picture's pixels as vectors (red, green, blue, 1), 0 to 255, row by row: a sum of them counts itself in its last element. Four elements are added one by
/// one on every processor, so that all give the same bits.
/// </summary>
internal sealed class ColorField
{
    private readonly Vector128<float>[] _pixels;

    public ColorField(Picture picture)
    {
        (Width, Height) = (picture.Width, picture.Height);
        _pixels = new Vector128<float>[Width * Height];
        for (var i = 0; i < _pixels.Length; i++)
            _pixels[i] = ColorOf(picture, i);
    }

    public int Width { get; }

    public int Height { get; }

    public ReadOnlySpan<Vector128<float>> Pixels => _pixels;

    /// <summary>The colour of a picture's pixel.</summary>
    public static Vector128<float> ColorOf(Picture picture, int pixel) =>
        Vector128.Create(picture.Pixels[pixel * 4], picture.Pixels[(pixel * 4) + 1], picture.Pixels[(pixel * 4) + 2], 1f);

    /// <summary>Where a place lies in <see cref="Pixels"/>; −1 where it is outside.</summary>
    public int At(int x, int y) => (uint)x < (uint)Width && (uint)y < (uint)Height ? (y * Width) + x : -1;
}
