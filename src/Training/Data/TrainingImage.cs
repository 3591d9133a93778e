using Slipway.Training.Options;

namespace Slipway.Training.Data;

/// <summary>One image of a training set, decoded and at the size that it is trained at.</summary>
/// <param name="Name">Unique in the set, for messages and <c>ss_dataset_dirs</c>: "160_sail_kun/sail_kun.png".</param>
/// <param name="Rgb">Row-major, 3 bytes a pixel.</param>
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
}
