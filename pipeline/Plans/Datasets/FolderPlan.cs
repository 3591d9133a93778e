using Slipway.Engine.Files;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Datasets;

/// <summary>A user's folder of pictures and captions, under sd-scripts' names.</summary>
public sealed record FolderPlan
{
    /// <summary>Its options.</summary>
    public static OptionTable<FolderPlan> Declared { get; } = new(
        option =>
        [
            option.Of("folder", new Text { MayBeNone = true, Spelling = UserPath.Expand }, o => o.Folder, (o, v) => o with { Folder = v }) with
            {
                Says = "Pictures with captions beside them, or subfolders `{num_repeats}_{class_tokens}/` with such; of `source: folder`.",
            },
            option.Text("class_tokens", o => o.ClassTokens, (o, v) => o with { ClassTokens = v }) with { Says = "The caption of pictures that have none." },
            option.Text("caption_extension", o => o.CaptionExtension, (o, v) => o with { CaptionExtension = v }) with
            {
                Says = "Ending of the captions' files.",
                SdScripts = ".caption",
                Otherwise = "`.txt` or `.caption`",
            },
            option.Switch("allow_missing_captions", o => o.AllowMissingCaptions, (o, v) => o with { AllowMissingCaptions = v }) with
            {
                Says = "Pictures without caption have their subfolder's class tokens, or none.",
            },
            option.Switch("alpha_mask", o => o.AlphaMask, (o, v) => o with { AlphaMask = v }) with
            {
                Says = "The pictures' alpha is their mask.",
                SdScripts = "false",
            },
            option.Path("conditioning_data_dir", o => o.ConditioningDataDir, (o, v) => o with { ConditioningDataDir = v }) with
            {
                Says = "Folder of mask pictures of the same names, white where the subject is.",
                SdScripts = "",
            },
        ],
        Rules);

    /// <summary>Relative to the workspace: pictures, or subfolders <c>{num_repeats}_{class_tokens}/</c> with pictures.</summary>
    public string Folder { get; init; } = "";

    /// <summary><c>class_tokens</c>: the caption of pictures that have none.</summary>
    public string? ClassTokens { get; init; }

    /// <summary><c>caption_extension</c>; null: <c>.txt</c> or <c>.caption</c>.</summary>
    public string? CaptionExtension { get; init; }

    /// <summary><c>allow_missing_captions</c>: pictures without caption have their subfolder's class tokens, or none.</summary>
    public bool AllowMissingCaptions { get; init; }

    /// <summary><c>alpha_mask</c>: the pictures' alpha is their mask.</summary>
    public bool AlphaMask { get; init; }

    /// <summary><c>conditioning_data_dir</c>: folder of mask pictures of the same names, white where the subject is.</summary>
    public string? ConditioningDataDir { get; init; }

    /// <summary>Whether pictures have masks.</summary>
    public bool HasMasks => AlphaMask || ConditioningDataDir is not null;

    private static IEnumerable<OptionProblem> Rules(FolderPlan plan)
    {
        if (plan.CaptionExtension?.StartsWith('.') == false)
            yield return new("caption_extension", "must begin with a dot, such as .txt.");
        if (plan is { AlphaMask: true, ConditioningDataDir: not null })
            yield return new("alpha_mask", "and `conditioning_data_dir` both say what the mask is; give one of them.");
    }
}
