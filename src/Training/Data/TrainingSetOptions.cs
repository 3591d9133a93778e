namespace Slipway.Training;

/// <summary>How a training folder is read.</summary>
public sealed record TrainingSetOptions
{
    /// <summary>Reads an image file; throws <see cref="InvalidDataException"/> when it is none.</summary>
    public required Func<string, DecodedImage> Decode { get; init; }

    /// <summary><c>caption_extension</c>, with its dot.</summary>
    public string CaptionExtension { get; init; } = ".txt";

    /// <summary>Null: an image with transparency is an error.</summary>
    public AlphaPolicy? AlphaPolicy { get; init; }
}
