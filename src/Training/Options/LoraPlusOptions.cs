using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>
/// LoRA+ (Hayou et al. 2024): the output's side of each pair (<c>lora_up</c>) learns so many times faster, under sd-scripts'
/// names. The paper recommends 16 together with a lower base rate.
/// </summary>
public sealed record LoraPlusOptions
{
    private const double Least = 1e-6;
    private const double Greatest = 1e6;

    /// <summary>Its options.</summary>
    public static OptionTable<LoraPlusOptions> Declared { get; } = new(option =>
    [
        option.Number("loraplus_lr_ratio", o => o.LoraplusLrRatio, (o, v) => o with { LoraplusLrRatio = v }, Least, Greatest) with
        {
            Says = "The up matrices learn so many times faster (LoRA+).",
            Counterpart = Counterpart.NetworkArgument,
        },
        option.Number("loraplus_unet_lr_ratio", o => o.LoraplusUnetLrRatio, (o, v) => o with { LoraplusUnetLrRatio = v }, Least, Greatest) with
        {
            Says = "The UNet's ratio; without it `loraplus_lr_ratio`.",
            Counterpart = Counterpart.NetworkArgument,
        },
        option.Number("loraplus_text_encoder_lr_ratio", o => o.LoraplusTextEncoderLrRatio, (o, v) => o with { LoraplusTextEncoderLrRatio = v }, Least, Greatest) with
        {
            Says = "The text encoders' ratio; without it `loraplus_lr_ratio`.",
            Counterpart = Counterpart.NetworkArgument,
        },
    ]);

    /// <summary><c>loraplus_lr_ratio</c>, for what has no ratio of its own; null: 1.</summary>
    public double? LoraplusLrRatio { get; init; }

    /// <summary><c>loraplus_unet_lr_ratio</c>; null: <see cref="LoraplusLrRatio"/>.</summary>
    public double? LoraplusUnetLrRatio { get; init; }

    /// <summary><c>loraplus_text_encoder_lr_ratio</c>; null: <see cref="LoraplusLrRatio"/>.</summary>
    public double? LoraplusTextEncoderLrRatio { get; init; }

    /// <summary>The ratio that applies to a part of the model.</summary>
    public double Ratio(LoraGroup part) => (part == LoraGroup.UNet ? LoraplusUnetLrRatio : LoraplusTextEncoderLrRatio) ?? LoraplusLrRatio ?? 1;
}
