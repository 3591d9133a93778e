using Slipway.Engine.Caching;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// What versions are measured on: composites, their captions, and where the sprite is in each. That no background is among
/// those of the training is proved by content, when they are read.
/// </summary>
/// <param name="Pictures">The composites.</param>
/// <param name="Backgrounds">Their backgrounds.</param>
internal sealed record ValidationPictures(Dataset Pictures, StageOutcome Backgrounds)
{
    /// <summary>Number of the code that measures: raise it when the same weights give other figures than before.</summary>
    private const int MeasureVersion = 2;

    /// <summary>What a measurement depends on.</summary>
    public IEnumerable<FingerprintEntry> Entries =>
    [
        FingerprintEntry.Parameter("validation_measure", MeasureVersion),
        .. Pictures.Entries.Concat(Pictures.MaskEntries).Select(entry => entry with { Role = $"validation/{entry.Role}" }),
    ];

    /// <summary>Decodes everything, masks too.</summary>
    /// <param name="resolution">Side of the pictures, in pixels.</param>
    /// <param name="training">Hashes of all pictures that a version learns from, and of their backgrounds.</param>
    /// <exception cref="InvalidDataException">A picture or a background is among them: all are named.</exception>
    public IReadOnlyList<TrainingImage> Read(int resolution, IReadOnlySet<ContentHash> training)
    {
        return Overlap(training) is { } overlap ? throw new InvalidDataException(overlap) : Pictures.Read(resolution, new SubsetOptions(), masked: true);
    }

    /// <summary>What is learned from too, in words; null where nothing is.</summary>
    /// <param name="training">Hashes of all pictures that a version learns from, and of their backgrounds.</param>
    public string? Overlap(IReadOnlySet<ContentHash> training)
    {
        var images = Pictures.Entries.Where(entry => entry.Hash is not null && entry.Role.StartsWith("image/", StringComparison.Ordinal)).Select(entry => (Name: entry.Description, Hash: entry.Hash!.Value));
        var backgrounds = Backgrounds.Items.SelectMany(item => item.Files).Select(file => (Name: file.RelativePath, file.Hash));
        var shared = images.Concat(backgrounds).Where(file => training.Contains(file.Hash)).Select(file => file.Name).ToList();
        return shared.Count == 0
            ? null
            : $"Validation overlaps the training: {string.Join(", ", shared)} {(shared.Count == 1 ? "is" : "are")} learned from too, and every measurement would be too good. Change `validation.seed`.";
    }
}
