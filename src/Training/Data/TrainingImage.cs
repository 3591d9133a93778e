using Slipway.Training.Options;

namespace Slipway.Training.Data;

/// <summary>One image of a training set, at the size that it is trained at: decoded, or to be decoded from its <see cref="Source"/>.</summary>
/// <param name="Name">Unique in the set, for messages and <c>ss_dataset_dirs</c>: "160_sail_kun/sail_kun.png".</param>
/// <param name="Rgb">Row-major, 3 bytes a pixel; empty where there is a <see cref="Source"/>.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Caption">Tags, separated by commas.</param>
/// <param name="Repeats">How often an epoch uses the image.</param>
public sealed record TrainingImage(string Name, byte[] Rgb, int Width, int Height, string Caption, int Repeats)
{
    /// <summary>[height, width] before any resize, for <c>time_ids</c>; null: the image was not resized.</summary>
    public (int Height, int Width)? OriginalSize { get; init; }

    /// <summary>[top, left] of what was cut off after the resize, in pixels, for <c>time_ids</c>.</summary>
    public (int Top, int Left) CropTopLeft { get; init; }

    /// <summary>[height, width] after the resize and before the crop; null: nothing was cut off.</summary>
    public (int Height, int Width)? ResizedSize { get; init; }

    /// <summary>How much of each pixel the subject covers, row-major, one byte a pixel, 255 for all of it; null: the whole picture counts.</summary>
    public byte[]? Mask { get; init; }

    /// <summary>The options of the subset that the image belongs to.</summary>
    public SubsetOptions Subset { get; init; } = new();

    /// <summary>The picture after the resize and before the crop, where <c>random_crop</c> cuts out of it; null: the crop is fixed.</summary>
    public UncroppedImage? Uncropped { get; init; }

    /// <summary>Where the pixels, the mask and the whole picture come from when they are needed; null: they are here.</summary>
    public PictureSource? Source { get; init; }

    /// <summary>The pixels, decoded once more where there is a <see cref="Source"/>.</summary>
    public DecodedPicture Pixels() => Source is { } source ? source.Decode() : new DecodedPicture(Rgb, Mask, Uncropped);

    /// <summary>Size of the picture that <c>random_crop</c> cuts out of; null: the crop is fixed.</summary>
    internal (int Width, int Height)? WholeSize =>
        Uncropped is { } whole ? (whole.Width, whole.Height) : Source is not null && Subset.RandomCrop && ResizedSize is { } resized ? (resized.Width, resized.Height) : null;
}
