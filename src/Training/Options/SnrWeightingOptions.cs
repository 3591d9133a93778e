namespace Slipway.Training.Options;

/// <summary>What a sample's loss is multiplied by, under sd-scripts' option names. All that are given apply.</summary>
public sealed record SnrWeightingOptions
{
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

    internal IEnumerable<string> Problems()
    {
        if (MinSnrGamma is { } gamma && !(gamma > 0)) yield return $"min_snr_gamma: {gamma}; use more than 0, or leave it out.";
        if (VPredLikeLoss is { } share && !(share > 0)) yield return $"v_pred_like_loss: {share}; use more than 0, or leave it out.";
    }
}
