using SkiaSharp;

namespace Slipway.Imaging.Pictures;

/// <summary>What a picture file says of itself at its beginning; pixels are decoded only where the mark of its end is missing.</summary>
/// <param name="Width">Pixels, as a viewer shows it.</param>
/// <param name="Height">Pixels, as a viewer shows it.</param>
/// <param name="MayBeTransparent">Whether it has an alpha channel; pixels may be opaque all the same.</param>
public sealed record PictureHeader(int Width, int Height, bool MayBeTransparent)
{
    /// <summary>How many pictures are in it; only of a GIF or PNG file more than one, of which the first is read.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>Whether it has a colour profile that is not sRGB.</summary>
    public bool HasOtherProfile { get; init; }

    /// <summary>Reads the header of a PNG, JPEG, WebP, BMP or GIF file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no picture, or one that is not read: too large, animated, cut off.</exception>
    public static PictureHeader Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"Picture '{path}' does not exist.", path);
        using var stream = File.OpenRead(path);
        if (stream.Length == 0)
            throw new InvalidDataException($"Picture '{path}' is empty (0 bytes); expected a PNG, JPEG or WebP file.");
        var container = PictureContainer.Read(stream);
        stream.Position = 0;
        using var codec = SKCodec.Create(stream) ?? throw new InvalidDataException($"Picture '{path}' is not a readable PNG, JPEG or WebP file ({new FileInfo(path).Length} bytes).");
        Check(codec, container, path);
        if (container.LacksEndMark)
            _ = Picture.Load(path);
        var (width, height) = container.Orientation >= 5 ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);
        return new PictureHeader(width, height, codec.Info.AlphaType != SKAlphaType.Opaque)
        {
            Frames = (int)Math.Clamp(container.Frames, Math.Max(1, codec.FrameCount), int.MaxValue),
            HasOtherProfile = container.HasProfile && codec.Info.ColorSpace is { IsSrgb: false },
        };
    }

    /// <summary>Refuses what cannot be read whole, before memory is taken for it.</summary>
    internal static void Check(SKCodec codec, PictureContainer container, string name)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width > Picture.MaxSide || height > Picture.MaxSide || (long)width * height > Picture.MaxPixels)
        {
            throw new InvalidDataException(
                $"Picture '{name}' says that it has {width}×{height} pixels; at most {Picture.MaxSide} a side and {Picture.MaxPixels / 1_000_000} million in all are read.");
        }

        if (container.IsCutOff)
            throw new InvalidDataException($"Picture '{name}' is damaged or cut off (its end is missing); write or copy it again.");
        if (codec.FrameCount > 1 && codec.EncodedFormat != SKEncodedImageFormat.Gif)
            throw new InvalidDataException($"Picture '{name}' is an animation of {codec.FrameCount} frames; expected a still picture.");
    }
}
