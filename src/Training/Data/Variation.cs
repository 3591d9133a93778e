using Slipway.Training.Randomness;

namespace Slipway.Training.Data;

/// <summary>What is different about one use of a picture.</summary>
/// <param name="Flipped">Mirrored left to right.</param>
/// <param name="Crop">Left and top of what is cut out of <see cref="TrainingImage.Uncropped"/>; null: the picture's own crop.</param>
/// <param name="Color">Other colours; null: its own.</param>
internal sealed record Variation(bool Flipped, (int Left, int Top)? Crop, ColorShift? Color)
{
    /// <summary>No variation: the picture as it is.</summary>
    public static Variation None { get; } = new(false, null, null);

    /// <summary>The variations of a batch: a function of the seed and the batch's number; nothing is drawn where no picture varies.</summary>
    public static IReadOnlyList<Variation> Draw(IReadOnlyList<TrainingImage> images, long seed, long number)
    {
        if (!images.Any(Varies))
            return [.. images.Select(_ => None)];
        var stream = new SeedStream(seed, "augmentation", number);
        return [.. images.Select(image => Draw(image, stream))];
    }

    /// <summary>[height, width, top, left] of the crop that the model is told of, of the resized picture, mirrored where the picture is.</summary>
    public (int Top, int Left) CropOf(TrainingImage image)
    {
        var (top, left) = Crop is { } drawn ? (drawn.Top, drawn.Left) : image.CropTopLeft;
        var resized = image.ResizedSize?.Width ?? image.Width + (2 * left);
        return (top, Flipped ? resized - image.Width - left : left);
    }

    private static bool Varies(TrainingImage image) => image.Subset.FlipAug || image.Subset.ColorAug || image.WholeSize is not null;

    private static Variation Draw(TrainingImage image, SeedStream stream) => Varies(image)
        ? new(
            image.Subset.FlipAug && stream.NextDouble() < 0.5,
            image.WholeSize is { } whole ? (stream.Next(whole.Width - image.Width + 1), stream.Next(whole.Height - image.Height + 1)) : null,
            image.Subset.ColorAug ? ColorShift.Draw(stream) : null)
        : None;
}
