using Slipway.Diffusion.Noise;
using Slipway.Training.Options;

namespace Slipway.Training.Losses;

/// <summary>
/// The weight of a sample's loss by the signal-to-noise ratio of its timestep.
/// Min-SNR (Hang et al. 2023): min(snr, γ)/snr for noise prediction, min(snr, γ)/(snr + 1) for velocity.
/// Debiased estimation (Yu et al. 2023): 1/√snr for noise prediction, 1/(snr + 1) for velocity, with the ratio cut at 1000.
/// <c>scale_v_pred_loss_like_noise_pred</c>: snr/(snr + 1), the factor between the two targets' squared errors, cut likewise;
/// <c>v_pred_like_loss</c>: 1 + k·(snr + 1)/snr.
/// </summary>
public sealed class SnrWeighting
{
    private const double LargestSnr = 1000;

    private readonly float[] _weights;

    /// <param name="schedule">Gives <see cref="NoiseSchedule.WeightingSnr"/> of every timestep and what the model predicts.</param>
    /// <param name="options">The weights.</param>
    /// <exception cref="ArgumentException">A weight that does not fit what the model predicts.</exception>
    public SnrWeighting(NoiseSchedule schedule, SnrWeightingOptions options)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(options);
        Check(options, schedule.PredictsVelocity);
        _weights = [.. Enumerable.Range(0, schedule.AlphasCumprod.Count).Select(t => (float)Weight(schedule.WeightingSnr(t), options, schedule.PredictsVelocity))];
        IsUniform = options.AreUniform;
    }

    /// <summary>Every weight is 1.</summary>
    public bool IsUniform { get; }

    /// <summary>The weight of a sample at <paramref name="timestep"/>.</summary>
    public float this[long timestep] => _weights[timestep];

    private static double Weight(double snr, SnrWeightingOptions options, bool velocity)
    {
        var cut = Math.Min(snr, LargestSnr);
        var weight = 1.0;
        if (options.MinSnrGamma is { } gamma)
            weight *= Math.Min(snr, gamma) / (velocity ? snr + 1 : snr);
        if (options.ScaleVPredLossLikeNoisePred)
            weight *= cut / (cut + 1);
        if (options.VPredLikeLoss is { } share)
            weight *= 1 + (share * (cut + 1) / cut);
        if (options.DebiasedEstimationLoss)
            weight *= velocity ? 1 / (cut + 1) : 1 / Math.Sqrt(cut);
        return weight;
    }

    private static void Check(SnrWeightingOptions options, bool velocity)
    {
        if (options.ScaleVPredLossLikeNoisePred && !velocity)
            throw new ArgumentException("scale_v_pred_loss_like_noise_pred: the model predicts noise, not velocity; leave the option out.", nameof(options));
        if (options.VPredLikeLoss is not null && velocity)
            throw new ArgumentException("v_pred_like_loss: the model predicts velocity already; leave the option out.", nameof(options));
    }
}
