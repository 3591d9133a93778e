using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>What a sample's loss is multiplied by, under sd-scripts' option names. All that are given apply.</summary>
public sealed record SnrWeightingOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<SnrWeightingOptions> Declared { get; } = new(option =>
    [
        option.Positive("min_snr_gamma", o => o.MinSnrGamma, (o, v) => o with { MinSnrGamma = v }) with
        {
            Says = "Weighs each timestep by min(snr, gamma)/snr (Min-SNR).",
            SdScripts = "",
            Metadata = new("ss_min_snr_gamma"),
        },
        option.Switch("debiased_estimation_loss", o => o.DebiasedEstimationLoss, (o, v) => o with { DebiasedEstimationLoss = v }) with
        {
            Says = "Weighs each timestep by 1/√snr (debiased estimation).",
            SdScripts = "false",
            Metadata = new("ss_debiased_estimation"),
        },
        option.Switch("scale_v_pred_loss_like_noise_pred", o => o.ScaleVPredLossLikeNoisePred, (o, v) => o with { ScaleVPredLossLikeNoisePred = v }) with
        {
            Says = "Weighs a velocity's error as that of the noise would be; for models that predict velocity.",
            SdScripts = "false",
        },
        option.Positive("v_pred_like_loss", o => o.VPredLikeLoss, (o, v) => o with { VPredLikeLoss = v }) with
        {
            Says = "Adds this share of the loss that velocity prediction would have; for models that predict noise.",
            SdScripts = "",
        },
    ]);

    /// <summary><c>min_snr_gamma</c>; null: off.</summary>
    public double? MinSnrGamma { get; init; }

    /// <summary><c>debiased_estimation_loss</c>.</summary>
    public bool DebiasedEstimationLoss { get; init; }

    /// <summary><c>scale_v_pred_loss_like_noise_pred</c>, for models that predict velocity.</summary>
    public bool ScaleVPredLossLikeNoisePred { get; init; }

    /// <summary><c>v_pred_like_loss</c>: how much of the loss that velocity prediction would have is added; for models that predict noise. Null: none.</summary>
    public double? VPredLikeLoss { get; init; }

    /// <summary>Every weight is 1.</summary>
    public bool AreUniform => MinSnrGamma is null && !DebiasedEstimationLoss && !ScaleVPredLossLikeNoisePred && VPredLikeLoss is null;
}
