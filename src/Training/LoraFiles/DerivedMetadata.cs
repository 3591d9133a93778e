using System.Text.Json.Nodes;
using Slipway.Training.Options;

namespace Slipway.Training.LoraFiles;

/// <summary>The metadata of a LoRA that was not trained but made of other files.</summary>
internal static class DerivedMetadata
{
    /// <summary>What a merge keeps of its parts where they agree: what model they are of.</summary>
    private static readonly string[] OfTheModel =
    [
        "ss_v2", "ss_base_model_version", "ss_sd_model_name", "ss_sd_model_hash", "ss_new_sd_model_hash",
        "modelspec.architecture", "modelspec.implementation", "modelspec.prediction_type", "modelspec.resolution",
    ];

    /// <summary>Of a sum; a single file at full strength keeps everything that it said of its training.</summary>
    public static IReadOnlyDictionary<string, string> OfSum(IReadOnlyList<LoraLayers> files, LoraDraft draft, string title, IReadOnlyDictionary<string, string>? said = null)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in files is [{ Strength: (1, 1) } only] ? only.Metadata.Where(pair => !pair.Key.StartsWith("sshs_", StringComparison.Ordinal)) : Shared(files))
            metadata[key] = value;
        metadata["modelspec.merged_from"] = string.Join(", ", files.Select(file => file.Name));
        Complete(metadata, draft, title);
        metadata["slipway.made_of"] = PythonText.Json(new JsonArray([.. files.Select(file => (JsonNode)new JsonObject
        {
            ["lora"] = file.Name + ".safetensors",
            ["sha256"] = HashOf(file.Path),
            ["strength"] = file.Strength.IsUniform ? file.Strength.UNet : new JsonObject { ["te"] = file.Strength.TextEncoder, ["unet"] = file.Strength.UNet },
        })]));
        foreach (var (key, value) in said ?? new Dictionary<string, string>(StringComparer.Ordinal))
            metadata[key] = value;
        return metadata;
    }

    /// <summary>The metadata of the difference of two models.</summary>
    public static IReadOnlyDictionary<string, string> OfDifference(string original, string tuned, LoraDraft draft, string title)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["ss_v2"] = PythonText.Of(false),
            ["ss_base_model_version"] = "sdxl_base_v1-0",
            ["ss_sd_model_name"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(original)),
            ["slipway.made_of"] = PythonText.Json(new JsonObject { ["base"] = Name(original), ["tuned"] = Name(tuned) }),
        };
        if (File.Exists(original))
            metadata["ss_new_sd_model_hash"] = HashOf(original);
        Complete(metadata, draft, title);
        return metadata;
    }

    private static void Complete(SortedDictionary<string, string> metadata, LoraDraft draft, string title)
    {
        metadata["ss_output_name"] = metadata["modelspec.title"] = title;
        metadata.TryAdd("ss_v2", PythonText.Of(false));
        metadata.TryAdd("ss_base_model_version", "sdxl_base_v1-0");
        metadata.TryAdd("modelspec.sai_model_spec", "1.0.1");
        metadata.TryAdd("modelspec.architecture", "stable-diffusion-xl-v1-base/lora");
        metadata.TryAdd("modelspec.implementation", "https://github.com/Stability-AI/generative-models");
        metadata["ss_network_module"] = "networks.lora";
        // sd-scripts' word where layers differ.
        metadata["ss_network_dim"] = metadata["ss_network_alpha"] = draft.Dim is { } dim ? PythonText.Of(dim) : "Dynamic";
        if (draft.HasConvolutions)
        {
            var rank = draft.ConvDim is { } conv ? PythonText.Of(conv) : "Dynamic";
            metadata["ss_network_args"] = PythonText.Json(new JsonObject { ["conv_dim"] = rank, ["conv_alpha"] = rank });
        }
        else
        {
            metadata.Remove("ss_network_args");
        }
        metadata["slipway.relative_error"] = PythonText.Json(new JsonObject
        {
            ["overall"] = draft.Error.Overall,
            ["mean"] = draft.Error.Mean,
            ["worst"] = draft.Error.Worst,
            ["worst_layer"] = draft.Error.WorstLayer,
        });
    }

    private static IEnumerable<KeyValuePair<string, string>> Shared(IReadOnlyList<LoraLayers> files) => OfTheModel
        .Where(key => files.All(file => file.Metadata.ContainsKey(key)) && files.DistinctBy(file => file.Metadata[key], StringComparer.Ordinal).Count() == 1)
        .Select(key => KeyValuePair.Create(key, files[0].Metadata[key]));

    private static string Name(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(path));

    private static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream));
    }
}
