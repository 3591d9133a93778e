using SkiaSharp;

namespace Slipway.Imaging.Pictures;

/// <summary>What a picture file says of itself at its beginning: no pixel is decoded.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="MayBeTransparent">Whether it has an alpha channel; pixels may be opaque all the same.</param>
public sealed record PictureHeader(int Width, int Height, bool MayBeTransparent)
{
    /// <summary>Reads the header of a PNG, JPEG or WebP file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no picture.</exception>
    public static PictureHeader Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"Picture '{path}' does not exist.", path);

        using var stream = File.OpenRead(path);
        using var codec = SKCodec.Create(stream)
            ?? throw new InvalidDataException($"Picture '{path}' is not a readable PNG, JPEG or WebP file ({new FileInfo(path).Length} bytes).");
        return new PictureHeader(codec.Info.Width, codec.Info.Height, codec.Info.AlphaType != SKAlphaType.Opaque);
    }
}
