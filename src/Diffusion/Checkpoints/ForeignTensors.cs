namespace Slipway.Diffusion.Checkpoints;

/// <summary>Tensors that single files are known to hold beside or instead of what SDXL has, with the reason why they are refused: a line a kind.</summary>
internal static class ForeignTensors
{
    private static readonly (string Prefix, string Reason)[] Kinds =
    [
        ("model_ema.", "a training's moving average, a second model beside the first; which of the two is meant only its author knows. Take the release without it (\"pruned\"), or write one without these tensors"),
        ("edm_vpred.", "the model denoises in EDM's scale (Karras et al. 2022), which is not supported; `epsilon` and `v_prediction` (a tensor `v_pred`) are. Use a version of the model that predicts one of these"),
        ("edm_mean", "the model was trained on normalised latents in EDM's scale (Playground 2.5), which is not supported. Use a model in SDXL's scale"),
        ("edm_std", "the model was trained on normalised latents in EDM's scale (Playground 2.5), which is not supported. Use a model in SDXL's scale"),
        ("lora_", "a LoRA has been put into the file. A model and its LoRAs are separate files"),
        ("cond_stage_model.", "a text encoder where Stable Diffusion 1 and 2 have theirs. Use an SDXL checkpoint"),
    ];

    /// <summary>The kinds that are there, a line each.</summary>
    /// <param name="names">The file's tensors that nothing asks for.</param>
    public static IEnumerable<string> Problems(IReadOnlyCollection<string> names) => Kinds
        .Select(kind => (kind.Prefix, kind.Reason, Names: names.Where(name => name.StartsWith(kind.Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList()))
        .Where(kind => kind.Names.Count > 0)
        .Select(kind => $"refused: {kind.Names[0]}{(kind.Names.Count > 1 ? $" and {kind.Names.Count - 1} more" : "")}: {kind.Reason}");

    /// <summary>Whether a tensor is of a kind that has its own line.</summary>
    public static bool IsKnown(string name) => Kinds.Any(kind => name.StartsWith(kind.Prefix, StringComparison.Ordinal));
}
