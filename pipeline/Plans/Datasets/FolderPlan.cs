using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Datasets;

/// <summary>A user's folder of pictures and captions, under sd-scripts' names.</summary>
/// <param name="Path">Relative to the workspace: pictures, or subfolders <c>{num_repeats}_{class_tokens}/</c> with pictures.</param>
/// <param name="ClassTokens"><c>class_tokens</c>: the caption of pictures that have none.</param>
/// <param name="CaptionExtension"><c>caption_extension</c>; null: <c>.txt</c> or <c>.caption</c>.</param>
/// <param name="AllowMissingCaptions"><c>allow_missing_captions</c>: pictures without caption have their subfolder's class tokens, or none.</param>
/// <param name="AlphaMask"><c>alpha_mask</c>: the pictures' alpha is their mask.</param>
/// <param name="MaskFolder"><c>conditioning_data_dir</c>: folder of mask pictures of the same names, white where the subject is.</param>
public sealed record FolderPlan(
    string Path, string? ClassTokens = null, string? CaptionExtension = null, bool AllowMissingCaptions = false, bool AlphaMask = false, string? MaskFolder = null)
{
    /// <summary>Whether pictures have masks.</summary>
    public bool HasMasks => AlphaMask || MaskFolder is not null;

    internal static FolderPlan? Read(MappingReader reader)
    {
        if (reader.OptionalText("folder") is not { } path)
            return null;
        var plan = new FolderPlan(
            path,
            reader.OptionalText("class_tokens"),
            reader.OptionalText("caption_extension"),
            reader.OptionalSwitch("allow_missing_captions") == true,
            reader.OptionalSwitch("alpha_mask") == true,
            reader.OptionalText("conditioning_data_dir"));
        if (plan.CaptionExtension?.StartsWith('.') == false)
            reader.Problem("caption_extension", "must begin with a dot, such as .txt.");
        if (plan is { AlphaMask: true, MaskFolder: not null })
            reader.Problem("alpha_mask", "and `conditioning_data_dir` both say what the mask is; give one of them.");
        return plan;
    }
}
