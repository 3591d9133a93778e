namespace Slipway.Training.Options;

/// <summary>
/// LoRA+ (Hayou et al. 2024): the output's side of each pair (<c>lora_up</c>) learns so many times faster, under sd-scripts'
/// names. The paper recommends 16 together with a lower base rate.
/// </summary>
public sealed record LoraPlusOptions
{
    /// <summary><c>loraplus_lr_ratio</c>, for what has no ratio of its own; null: 1.</summary>
    public double? LrRatio { get; init; }

    /// <summary><c>loraplus_unet_lr_ratio</c>; null: <see cref="LrRatio"/>.</summary>
    public double? UNetLrRatio { get; init; }

    /// <summary><c>loraplus_text_encoder_lr_ratio</c>; null: <see cref="LrRatio"/>.</summary>
    public double? TextEncoderLrRatio { get; init; }

    /// <summary>The ratio that applies to a part of the model.</summary>
    public double Ratio(LoraGroup part) => (part == LoraGroup.UNet ? UNetLrRatio : TextEncoderLrRatio) ?? LrRatio ?? 1;

    internal IEnumerable<string> Problems()
    {
        foreach (var (name, ratio) in new[] { ("loraplus_lr_ratio", LrRatio), ("loraplus_unet_lr_ratio", UNetLrRatio), ("loraplus_text_encoder_lr_ratio", TextEncoderLrRatio) })
            if (ratio is { } value && !(value > 0 && double.IsFinite(value))) yield return $"{name}: {value} is no ratio; use more than 0, or leave it out.";
    }
}
