namespace Slipway.Diffusion.Checkpoints;

/// <summary>
/// Where a checkpoint in the layout of <c>sd_xl_base_1.0.safetensors</c> (Stability's generative-models) keeps each
/// tensor that this model's parts, like diffusers', have under keys of their own.
/// </summary>
public static class SingleFileKeys
{
    internal const string UNetPrefix = "model.diffusion_model.";
    internal const string VaePrefix = "first_stage_model.";
    internal const string TextEncoder1Prefix = "conditioner.embedders.0.transformer.";
    internal const string TextEncoder2Prefix = "conditioner.embedders.1.model.";

    /// <summary>0, 1, 2, …: a constant that transformers once saved with the first text encoder.</summary>
    internal const string PositionIds = TextEncoder1Prefix + "text_model.embeddings.position_ids";

    /// <summary>CLIP's temperature, saved with the second text encoder.</summary>
    internal const string LogitScale = TextEncoder2Prefix + "logit_scale";

    /// <summary>The names in the single file of all of the UNet's state-dict keys.</summary>
    public static IReadOnlyDictionary<string, TensorLocation> UNet(IEnumerable<string> keys)
    {
        var all = keys.ToList();
        var layout = new UNetLayout(all.Select(key => Split(key).Module).Distinct(StringComparer.Ordinal));
        return Map(all, key => new TensorLocation($"{UNetPrefix}{layout.SingleFilePath(Split(key).Module)}.{Split(key).Tensor}"));
    }

    /// <summary>The names in the single file of all of the autoencoder's state-dict keys.</summary>
    public static IReadOnlyDictionary<string, TensorLocation> Vae(IEnumerable<string> keys)
    {
        var all = keys.ToList();
        var layout = new VaeLayout(all.Where(key => key.StartsWith("decoder.up_blocks.", StringComparison.Ordinal)).Select(key => key.Split('.')[2]).Distinct(StringComparer.Ordinal).Count());
        return Map(all, key =>
        {
            var (module, tensor) = Split(key);
            var form = tensor == "weight" && VaeLayout.IsPointwise(module) ? TensorForm.Pointwise : TensorForm.Same;
            return new TensorLocation($"{VaePrefix}{layout.SingleFilePath(module)}.{tensor}", form);
        });
    }

    /// <summary>The name in the single file of one of the first text encoder's state-dict keys: Hugging Face's names in both layouts.</summary>
    public static IReadOnlyDictionary<string, TensorLocation> TextEncoder1(IEnumerable<string> keys) => Map(keys, key => new TensorLocation(TextEncoder1Prefix + key));

    /// <summary>The name in the single file of one of the second text encoder's state-dict keys: open_clip's names.</summary>
    public static IReadOnlyDictionary<string, TensorLocation> TextEncoder2(IEnumerable<string> keys) => Map(keys, key =>
    {
        var inside = OpenClipLayout.Locate(key);
        return inside with { Name = TextEncoder2Prefix + inside.Name };
    });

    private static Dictionary<string, TensorLocation> Map(IEnumerable<string> keys, Func<string, TensorLocation> locate) =>
        keys.ToDictionary(key => key, locate, StringComparer.Ordinal);

    private static (string Module, string Tensor) Split(string key)
    {
        var dot = key.LastIndexOf('.');
        return (key[..dot], key[(dot + 1)..]);
    }
}
