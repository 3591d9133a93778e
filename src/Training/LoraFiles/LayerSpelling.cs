namespace Slipway.Training.LoraFiles;

/// <summary>
/// One form for the names that trainers give a layer: sd-scripts (<c>lora_unet_input_blocks_4_1_proj_in</c>), OneTrainer and ai-toolkit
/// (<c>lora_unet_down_blocks_1_attentions_0_proj_in</c>), PEFT and diffusers (<c>unet.down_blocks.1.attentions.0.proj_in</c>), SimpleTuner
/// (<c>lycoris_down_blocks_…</c>), ComfyUI (<c>diffusion_model.input_blocks.4.1.proj_in</c>). Blocks keep the numbers that they have in
/// the name: <see cref="LoraKeys"/> knows which layer is meant.
/// </summary>
internal static class LayerSpelling
{
    private const string PeftPrefix = "base_model.model.";

    // The first that fits counts. A name with one text encoder is the first one's, as for ComfyUI.
    private static readonly (string Prefix, string Part)[] Prefixes =
    [
        ("lora_unet_", "unet_"), ("lycoris_unet_", "unet_"), ("unet.", "unet_"), ("model.diffusion_model.", "unet_"), ("diffusion_model.", "unet_"),
        ("lora_te1_", "te1_"), ("lycoris_text_encoder_2_", "te2_"), ("lycoris_text_encoder_", "te1_"), ("text_encoder.", "te1_"), ("conditioner.embedders.0.transformer.", "te1_"),
        ("text_encoders.clip_l.transformer.", "te1_"), ("clip_l.transformer.", "te1_"), ("clip_l.", "te1_"), ("lora_te_", "te1_"),
        ("lora_te2_", "te2_"), ("text_encoder_2.", "te2_"), ("text_encoders.clip_g.transformer.", "te2_"), ("clip_g.transformer.", "te2_"), ("clip_g.", "te2_"),
        ("lycoris_", "unet_"),
    ];

    // In old files of diffusers text encoders have the UNet's names of projections.
    private static readonly (string Old, string New)[] EncoderProjections =
        [("_self_attn_to_q", "_self_attn_q_proj"), ("_self_attn_to_k", "_self_attn_k_proj"), ("_self_attn_to_v", "_self_attn_v_proj"), ("_self_attn_to_out", "_self_attn_out_proj")];

    /// <summary>The one form: <c>unet_</c>, <c>te1_</c> or <c>te2_</c>, and the rest with underscores. A name of no part is the UNet's, as in diffusers' files of its attention alone.</summary>
    public static string Of(string name)
    {
        if (name.StartsWith(PeftPrefix, StringComparison.Ordinal))
            name = name[PeftPrefix.Length..];
        var (prefix, part) = Prefixes.FirstOrDefault(known => name.StartsWith(known.Prefix, StringComparison.Ordinal));
        var rest = (part ?? "unet_") + name[(prefix?.Length ?? 0)..].Replace(".processor.", ".", StringComparison.Ordinal).Replace('.', '_');
        var (old, projection) = EncoderProjections.FirstOrDefault(pair => rest.EndsWith(pair.Old, StringComparison.Ordinal));
        if (old is not null)
            return rest[..^old.Length] + projection;
        return rest.EndsWith("_to_out", StringComparison.Ordinal) ? rest + "_0" : rest;
    }
}
