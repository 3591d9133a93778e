using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Resampling;

/// <summary>
/// Brings opaque pictures to the size at which a network sees them, as sd-scripts does: <see cref="AreaResampler"/>
/// where no side grows, else <see cref="PillowResampler"/> with Lanczos's filter. Networks were trained on pictures made by just these two
/// filters, so they are kept to the last bit; drawing (<see cref="Picture.Resize"/>) is Skia's.
/// </summary>
public static class Resampler
{
    /// <summary>The picture at another size; the same picture where it has that size.</summary>
    /// <exception cref="ArgumentException">The picture is not opaque, or a side is below one pixel.</exception>
    public static Picture Resize(Picture picture, int width, int height)
    {
        Check(picture, width, height);
        if (width == picture.Width && height == picture.Height)
            return picture;

        return width <= picture.Width && height <= picture.Height
            ? AreaResampler.Resize(picture, width, height)
            : PillowResampler.Resize(picture, width, height, PillowFilter.Lanczos);
    }

    /// <summary>The picture at another size, by an interpolation that somebody chose; the same picture where it has that size.</summary>
    /// <param name="picture">Opaque.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="interpolation">As sd-scripts takes it; null: area where no side grows, else Lanczos.</param>
    /// <exception cref="ArgumentException">The picture is not opaque, or a side is below one pixel.</exception>
    public static Picture Resize(Picture picture, int width, int height, Interpolation? interpolation)
    {
        Check(picture, width, height);
        return interpolation switch
        {
            null => Resize(picture, width, height),
            _ when width == picture.Width && height == picture.Height => picture,
            Interpolation.Lanczos => PillowResampler.Resize(picture, width, height, PillowFilter.Lanczos),
            Interpolation.Box => PillowResampler.Resize(picture, width, height, PillowFilter.Box),
            { } chosen => OpenCvResampler.Resize(picture, width, height, chosen),
        };
    }

    /// <summary>The picture at a size, its shape kept: it covers all of it, and what reaches beyond is cut off evenly on both sides.</summary>
    /// <exception cref="ArgumentException">The picture is not opaque, or a side is below one pixel.</exception>
    public static Picture Cover(Picture picture, int width, int height)
    {
        var scale = Math.Max((double)width / picture.Width, (double)height / picture.Height);
        var (across, down) = (Math.Max(width, (int)Math.Round(picture.Width * scale)), Math.Max(height, (int)Math.Round(picture.Height * scale)));
        return Resize(picture, across, down).Crop((across - width) / 2, (down - height) / 2, width, height);
    }

    internal static void Check(Picture picture, int width, int height)
    {
        if (picture.HasAlpha)
            throw new ArgumentException("Only opaque pictures are resampled: lay it on a colour first.", nameof(picture));

        if (width < 1 || height < 1)
            throw new ArgumentException($"Cannot resize a picture to {width}×{height} pixels.", nameof(width));
    }
}
