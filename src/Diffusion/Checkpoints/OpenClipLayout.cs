using Slipway.Diffusion.Text;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>
/// Where open_clip's text transformer, SDXL's second encoder in a single file, keeps what transformers'
/// <c>CLIPTextModelWithProjection</c> has under other names. Query, key and value lie packed in one tensor; the text
/// projection is multiplied from the right (x·P), so it is the transpose of the linear layer's weight.
/// </summary>
/// <remarks>sd-scripts copies the projection without transposing it and so trains with another pooled embedding.</remarks>
internal static class OpenClipLayout
{
    private const string Layers = "text_model.encoder.layers.";

    private static readonly Dictionary<string, TensorLocation> OutsideLayers = new(StringComparer.Ordinal)
    {
        ["text_model.embeddings.token_embedding.weight"] = new("token_embedding.weight"),
        ["text_model.embeddings.position_embedding.weight"] = new("positional_embedding"),
        ["text_model.final_layer_norm.weight"] = new("ln_final.weight"),
        ["text_model.final_layer_norm.bias"] = new("ln_final.bias"),
        ["text_projection.weight"] = new("text_projection", TensorForm.Transposed),
    };

    private static readonly Dictionary<string, TensorLocation> InLayer = new(StringComparer.Ordinal)
    {
        ["layer_norm1.weight"] = new("ln_1.weight"),
        ["layer_norm1.bias"] = new("ln_1.bias"),
        ["layer_norm2.weight"] = new("ln_2.weight"),
        ["layer_norm2.bias"] = new("ln_2.bias"),
        ["mlp.fc1.weight"] = new("mlp.c_fc.weight"),
        ["mlp.fc1.bias"] = new("mlp.c_fc.bias"),
        ["mlp.fc2.weight"] = new("mlp.c_proj.weight"),
        ["mlp.fc2.bias"] = new("mlp.c_proj.bias"),
        ["self_attn.out_proj.weight"] = new("attn.out_proj.weight"),
        ["self_attn.out_proj.bias"] = new("attn.out_proj.bias"),
        ["self_attn.q_proj.weight"] = new("attn.in_proj_weight", TensorForm.FirstThird),
        ["self_attn.q_proj.bias"] = new("attn.in_proj_bias", TensorForm.FirstThird),
        ["self_attn.k_proj.weight"] = new("attn.in_proj_weight", TensorForm.SecondThird),
        ["self_attn.k_proj.bias"] = new("attn.in_proj_bias", TensorForm.SecondThird),
        ["self_attn.v_proj.weight"] = new("attn.in_proj_weight", TensorForm.LastThird),
        ["self_attn.v_proj.bias"] = new("attn.in_proj_bias", TensorForm.LastThird),
    };

    /// <param name="key">A state-dict key of <see cref="ClipTextEncoder"/>.</param>
    public static TensorLocation Locate(string key)
    {
        if (OutsideLayers.TryGetValue(key, out var outside))
            return outside;
        var rest = key[Layers.Length..];
        var dot = rest.IndexOf('.', StringComparison.Ordinal);
        var inside = InLayer[rest[(dot + 1)..]];
        return inside with { Name = $"transformer.resblocks.{rest[..dot]}.{inside.Name}" };
    }
}
