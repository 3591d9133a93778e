namespace Slipway.Training.Data;

/// <summary>Bytes of a picture or of its mask, row by row.</summary>
/// <param name="Values">Width × height × channels.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Channels">Bytes a pixel.</param>
internal sealed record PixelPlane(byte[] Values, int Width, int Height, int Channels)
{
    /// <summary>The plane mirrored left to right.</summary>
    public PixelPlane Flip()
    {
        var flipped = new byte[Values.Length];
        for (var pixel = 0; pixel < Width * Height; pixel++)
        {
            var (row, column) = Math.DivRem(pixel, Width);
            Values.AsSpan(pixel * Channels, Channels).CopyTo(flipped.AsSpan(((row * Width) + Width - 1 - column) * Channels));
        }
        return this with { Values = flipped };
    }

    /// <summary>Cuts out the part of the given size, in pixels, whose upper left corner is at the given place.</summary>
    public PixelPlane Crop(int left, int top, int width, int height)
    {
        var part = new byte[width * height * Channels];
        for (var row = 0; row < height; row++)
            Values.AsSpan((((top + row) * Width) + left) * Channels, width * Channels).CopyTo(part.AsSpan(row * width * Channels));
        return new PixelPlane(part, width, height, Channels);
    }

    /// <summary>The pixels of one use of a picture.</summary>
    public static PixelPlane Picture(TrainingImage image, Variation variation)
    {
        var pixels = image.Pixels();
        var own = variation.Crop is { } at && pixels.Uncropped is { } whole
            ? new PixelPlane(whole.Rgb, whole.Width, whole.Height, 3).Crop(at.Left, at.Top, image.Width, image.Height)
            : new PixelPlane(pixels.Rgb, image.Width, image.Height, 3);
        var placed = variation.Flipped ? own.Flip() : own;
        return variation.Color is { } color ? placed with { Values = color.Apply(placed.Values) } : placed;
    }

    /// <summary>The mask of one use of a picture; null where it has none.</summary>
    public static PixelPlane? Mask(TrainingImage image, Variation variation)
    {
        if (image.Source is { IsMasked: null })
            return null;
        var pixels = image.Pixels();
        var own = variation.Crop is { } at && pixels.Uncropped is { Mask: { } mask } whole
            ? new PixelPlane(mask, whole.Width, whole.Height, 1).Crop(at.Left, at.Top, image.Width, image.Height)
            : pixels.Mask is { } fixedMask ? new PixelPlane(fixedMask, image.Width, image.Height, 1) : null;
        return variation.Flipped ? own?.Flip() : own;
    }
}
