using Slipway.Diffusion.Files;
using Slipway.Training.Networks.Adapters;

namespace Slipway.Training.LoraFiles;

/// <summary>Which model a LoRA was made for that is none of SDXL's: as its metadata say, or as the names and sizes of its layers show.</summary>
internal static class ForeignArchitecture
{
    private const string OwnArchitecture = "stable-diffusion-xl";
    private const string OwnBase = "sdxl";

    private static readonly (string Mark, string Kind)[] Marks =
    [
        ("double_blocks", "Flux"), ("single_blocks", "Flux"), ("single_transformer_blocks", "Flux"),
        ("joint_blocks", "Stable Diffusion 3"), ("joint_transformer_blocks", "Stable Diffusion 3"),
        ("lora_prior_", "Stable Cascade"),
        ("transformer.transformer_blocks", "a diffusion transformer such as Flux, Stable Diffusion 3 or Qwen-Image"),
        ("lora_te3_", "a model with a T5 encoder, such as Stable Diffusion 3"),
        ("diffusion_model.layers.", "a diffusion transformer such as Lumina or Z-Image"),
        ("diffusion_model.blocks.", "a diffusion transformer such as Wan"),
        ("diffusion_model.transformer_blocks.", "a diffusion transformer such as LTX or Qwen-Image"),
    ];

    // The width of the text that the UNet's cross-attention reads.
    private static readonly Dictionary<long, string> TextWidths = new() { [768] = "Stable Diffusion 1", [1024] = "Stable Diffusion 2" };

    /// <summary>The end of a sentence that begins with the file's name; null where nothing speaks of another architecture.</summary>
    public static string? Of(SafetensorsFile file)
    {
        if (Said(file.Metadata) is { } said)
            return said;
        if (Marks.FirstOrDefault(mark => file.Tensors.Keys.Any(key => key.Contains(mark.Mark, StringComparison.Ordinal))) is { Mark: { } found, Kind: var kind })
            return $"its layers are those of {kind} ({file.Tensors.Keys.Where(key => key.Contains(found, StringComparison.Ordinal)).Order(StringComparer.Ordinal).First()})";
        var widths = file.Tensors.Values.Where(IsCrossAttention).Select(entry => entry.Shape[1]).Distinct().ToList();
        return widths is [var width] && TextWidths.TryGetValue(width, out var older) ? $"its cross-attention reads texts of {width} numbers a token, as in {older}" : null;
    }

    /// <summary>One line of an error that refuses the file.</summary>
    public static string Sentence(string path, string reason) => $"LoRA file {path} was made for another architecture: {reason}. Use a LoRA of SDXL.";

    private static string? Said(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.GetValueOrDefault("modelspec.architecture") is { Length: > 0 } architecture)
            return architecture.StartsWith(OwnArchitecture, StringComparison.OrdinalIgnoreCase) ? null : $"its metadata say `{architecture}` (modelspec.architecture)";
        if (metadata.GetValueOrDefault("ss_base_model_version") is { Length: > 0 } version)
            return version.StartsWith(OwnBase, StringComparison.OrdinalIgnoreCase) ? null : $"its metadata say `{version}` (ss_base_model_version)";
        return null;
    }

    private static bool IsCrossAttention(TensorEntry entry) => LoraKeys.Split(entry.Name) is (var layer, LowRankChange.Down)
        && entry.Shape.Count >= 2 && (layer.EndsWith("attn2_to_k", StringComparison.Ordinal) || layer.EndsWith("attn2.to_k", StringComparison.Ordinal));
}
