using SkiaSharp;

namespace Slipway.Imaging.Pictures;

/// <summary>
/// A picture as it is kept to be compared with later ones. A small one is a PNG with every pixel as it is; a larger one is shrunk, and packed as
/// WebP of high quality, so that hundreds of them stay small beside a plan.
/// </summary>
/// <param name="Extension"><c>png</c> or <c>webp</c>.</param>
/// <param name="Bytes">The file.</param>
public sealed record KeptPicture(string Extension, byte[] Bytes)
{
    private const int Quality = 90;

    /// <summary>Packs a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="side">Longest side, in pixels, that is kept as it is.</param>
    public static KeptPicture Of(Picture picture, int side)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Math.Max(picture.Width, picture.Height) <= side ? new KeptPicture("png", picture.EncodePng()) : new KeptPicture("webp", WebP(Shrunk(picture, side)));
    }

    /// <summary>The picture at the size at which it is kept.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="side">Longest side, in pixels, that is kept as it is.</param>
    public static Picture Shrunk(Picture picture, int side)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var longest = Math.Max(picture.Width, picture.Height);
        return longest <= side
            ? picture
            : picture.Resize(Math.Max(1, (int)Math.Round(picture.Width * (double)side / longest)), Math.Max(1, (int)Math.Round(picture.Height * (double)side / longest)));
    }

    private static byte[] WebP(Picture picture)
    {
        using var bitmap = picture.ToBitmap();
        using var pixels = bitmap.PeekPixels();
        using var data = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, Quality));
        return data!.ToArray();
    }
}
