using Slipway.Imaging;

namespace Slipway.Pipeline.Configuration;

/// <summary>Pictures to learn from.</summary>
/// <param name="Key">Its key in the plan, by which versions name it.</param>
/// <param name="Source">Where the pictures come from.</param>
/// <param name="Folder">The user's folder; null for other sources.</param>
/// <param name="Name">Name of the training folder after the number of repeats.</param>
/// <param name="NumRepeats">How often each picture is seen in an epoch.</param>
/// <param name="Alpha">What becomes of transparency.</param>
/// <param name="Buckets">At which sizes a user's pictures are trained; null for other sources, whose pictures have the plan's size.</param>
/// <param name="Caption">The caption of all pictures; null: from the tagger, or from the files of the user's folder.</param>
public sealed record DatasetPlan(
    string Key, DatasetSource Source, string? Folder, string Name, int NumRepeats, AlphaPolicy Alpha, BucketPlan? Buckets, string? Caption)
{
    /// <summary>sd-scripts' folder name: <c>160_sail_kun</c>.</summary>
    public string FolderName => $"{NumRepeats}_{Name}";

    internal static DatasetPlan Read(string key, MappingReader reader, string planName, int resolution)
    {
        var source = Enum.Parse<DatasetSource>(reader.OneOf("source", null, "sprite", "composites", "folder"), ignoreCase: true);
        var isSprite = source == DatasetSource.Sprite;
        var plan = new DatasetPlan(
            key,
            source,
            reader.OptionalText("folder"),
            reader.Name("name", $"{planName}_{key}"),
            reader.Whole("num_repeats", 1, 1, 100_000),
            Enum.Parse<AlphaPolicy>(reader.OneOf("alpha", isSprite ? null : "refuse", "white", "black", "refuse"), ignoreCase: true),
            source == DatasetSource.Folder ? BucketPlan.Read(reader, resolution) : null,
            reader.OptionalText("caption"));
        if (source == DatasetSource.Folder != plan.Folder is not null)
            reader.Problem("folder", "must be given for `source: folder`, and only then.");
        if (isSprite && plan.Alpha == AlphaPolicy.Refuse)
            reader.Problem("alpha", "must be white or black here: the sprite is transparent.");
        reader.Finish();
        return plan;
    }
}
