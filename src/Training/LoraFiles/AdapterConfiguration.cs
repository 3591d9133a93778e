using System.Text.Json;
using Slipway.Diffusion.Files;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// PEFT's account of an adapter, which has the alphas that its tensors lack: <c>adapter_config.json</c> beside the file, or the
/// header's <c>lora_adapter_metadata</c>, where diffusers writes the same entries with the part before them (<c>unet.lora_alpha</c>).
/// </summary>
internal sealed class AdapterConfiguration
{
    private const string Beside = "adapter_config.json";
    private const string InHeader = "lora_adapter_metadata";

    private readonly JsonElement _root;
    private readonly string _where;

    private AdapterConfiguration(JsonElement root, string where) => (_root, _where) = (root, where);

    /// <summary>Null where there is none. What lies beside the file counts only if its tensors have PEFT's names.</summary>
    /// <exception cref="InvalidDataException">It is no JSON object.</exception>
    public static AdapterConfiguration? Find(SafetensorsFile file)
    {
        if (file.Metadata.TryGetValue(InHeader, out var text))
            return Parse(text, $"{file.Path}: metadata `{InHeader}`");
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file.Path))!, Beside);
        return file.Tensors.Keys.Any(key => key.Contains(".lora_A.", StringComparison.Ordinal)) && File.Exists(path)
            ? Parse(File.ReadAllText(path), path)
            : null;
    }

    /// <summary>The layer's alpha: the scale times the rank, whatever the scale is made of. Null: nothing is said of it.</summary>
    /// <param name="layer">diffusers' path of it, with its part of the model.</param>
    /// <param name="rank">Its rank.</param>
    /// <exception cref="InvalidDataException">An alpha is no number.</exception>
    public double? Alpha(string layer, int rank)
    {
        var (part, path) = layer.Split('.', 2) is [var first, var rest] ? (first, rest) : ("", layer);
        var alpha = Find(part, "alpha_pattern") is { ValueKind: JsonValueKind.Object } patterns
            ? patterns.EnumerateObject().Where(pattern => Fits(pattern.Name, path)).Select(pattern => Number(pattern.Value, pattern.Name)).FirstOrDefault()
            : null;
        alpha ??= Find(part, "lora_alpha") is { } all ? Number(all, "lora_alpha") : null;
        // Rank-stabilised LoRA (Kalajdzievski 2023) divides by the rank's root.
        return Find(part, "use_rslora") is { ValueKind: JsonValueKind.True } ? alpha * Math.Sqrt(rank) : alpha;
    }

    private double? Number(JsonElement value, string name) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : throw new InvalidDataException($"{_where}: the alpha of `{name}` is no number.");

    private static bool Fits(string pattern, string path) =>
        pattern.TrimStart('^') is var name && (path == name || path.EndsWith("." + name, StringComparison.Ordinal));

    private JsonElement? Find(string part, string name) =>
        _root.TryGetProperty($"{part}.{name}", out var own) ? own : _root.TryGetProperty(name, out var shared) ? shared : null;

    private static AdapterConfiguration Parse(string text, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new AdapterConfiguration(document.RootElement.Clone(), where);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{where} is no JSON: {exception.Message}", exception);
        }
        throw new InvalidDataException($"{where} is no JSON object; expected PEFT's entries (r, lora_alpha, …).");
    }
}
