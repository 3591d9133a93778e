using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Datasets;

/// <summary>Pictures to learn from: a subset, in sd-scripts' words.</summary>
/// <param name="Key">Its key in the plan, by which versions name it.</param>
/// <param name="Source">Where the pictures come from.</param>
/// <param name="Folder">The user's folder; null for other sources.</param>
/// <param name="Name">Name of the training folder after the number of repeats.</param>
/// <param name="NumRepeats">How often each picture is seen in an epoch.</param>
/// <param name="Alpha">What becomes of transparency.</param>
/// <param name="Buckets">At which sizes a user's pictures are trained; null for other sources, whose pictures have the plan's size.</param>
/// <param name="Caption">The caption of all pictures; null: from the tagger, or from the files of the user's folder.</param>
public sealed record DatasetPlan(
    string Key, DatasetSource Source, FolderPlan? Folder, string Name, int NumRepeats, AlphaPolicy Alpha, BucketPlan? Buckets, string? Caption)
{
    private static readonly string[] FolderKeys = ["class_tokens", "caption_extension", "allow_missing_captions", "alpha_mask", "conditioning_data_dir"];

    /// <summary>sd-scripts' folder name: <c>160_sail_kun</c>.</summary>
    public string FolderName => $"{NumRepeats}_{Name}";

    /// <summary><c>is_reg</c>: pictures of the class without the subject.</summary>
    public bool IsReg { get; init; }

    /// <summary>How captions vary, where it differs from the version's.</summary>
    public CaptionPlan Captions { get; init; } = new();

    /// <summary>How pictures vary, where it differs from the version's.</summary>
    public AugmentationPlan Augmentation { get; init; } = new(null, null, null);

    /// <summary>The options of a subset that are set here, by their names in the plan, as canonical text.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether it is known where the subject is in the pictures, or whether there is none.</summary>
    public bool HasMasks => Source != DatasetSource.Folder || IsReg || Folder!.HasMasks;

    internal static DatasetPlan Read(string key, MappingReader reader, string planName, int resolution)
    {
        var source = Enum.Parse<DatasetSource>(reader.OneOf("source", null, "sprite", "composites", "regularisation", "folder"), ignoreCase: true);
        var isSprite = source == DatasetSource.Sprite;
        var plan = new DatasetPlan(
            key,
            source,
            FolderPlan.Read(reader),
            reader.Name("name", $"{planName}_{key}"),
            reader.Whole("num_repeats", 1, 1, 100_000),
            Enum.Parse<AlphaPolicy>(reader.OneOf("alpha", isSprite ? null : "refuse", "white", "black", "refuse"), ignoreCase: true),
            source == DatasetSource.Folder ? BucketPlan.Read(reader, resolution) : null,
            reader.OptionalText("caption"));
        var known = new HashSet<string>(reader.Values.Keys, StringComparer.Ordinal);
        known.ExceptWith(FolderKeys);
        plan = plan with
        {
            IsReg = reader.OptionalSwitch("is_reg") ?? source == DatasetSource.Regularisation,
            Captions = CaptionPlan.Read(reader),
            Augmentation = AugmentationPlan.Read(reader),
        };
        Check(reader, plan);
        reader.Finish();
        return plan with { Parameters = reader.Values.Where(value => !known.Contains(value.Key)).ToDictionary(StringComparer.Ordinal) };
    }

    private static void Check(MappingReader reader, DatasetPlan plan)
    {
        var isFolder = plan.Source == DatasetSource.Folder;
        if (isFolder != plan.Folder is not null)
            reader.Problem("folder", "must be given for `source: folder`, and only then.");
        if (!isFolder)
        {
            foreach (var key in FolderKeys.Where(key => !reader.IsUnset(key)))
                reader.Problem(key, "belongs to `source: folder`.");
        }

        if (plan is { Source: DatasetSource.Sprite, Alpha: AlphaPolicy.Refuse })
            reader.Problem("alpha", "must be white or black here: the sprite is transparent.");
        if (plan is { Folder.AlphaMask: true, Alpha: AlphaPolicy.Refuse })
            reader.Problem("alpha", "must be white or black with `alpha_mask`: what is transparent needs a colour.");
        if (plan.IsReg && plan.Source is DatasetSource.Sprite or DatasetSource.Composites)
            reader.Problem("is_reg", "is for pictures without the subject; these show the sprite.");
        if (plan is { Source: DatasetSource.Regularisation, Caption: not null })
            reader.Problem("caption", "is each picture's own prompt here; change `regularisation.prompts`.");
    }
}
