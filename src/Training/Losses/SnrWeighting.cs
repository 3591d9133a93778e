using Slipway.Diffusion;

namespace Slipway.Training;

/// <summary>
/// The weight of a sample's loss by the signal-to-noise ratio of its timestep.
/// Min-SNR (Hang et al. 2023): min(snr, γ)/snr for noise prediction, min(snr, γ)/(snr + 1) for velocity.
/// Debiased estimation (Yu et al. 2023): 1/√min(snr, 1000) for noise prediction, 1/(min(snr, 1000) + 1) for velocity.
/// </summary>
public sealed class SnrWeighting
{
    private readonly float[] _weights;

    /// <param name="schedule">Gives the ratio of every timestep.</param>
    /// <param name="minSnrGamma"><c>min_snr_gamma</c>; null: off.</param>
    /// <param name="debiased"><c>debiased_estimation_loss</c>.</param>
    /// <param name="velocity"><c>v_parameterization</c>.</param>
    public SnrWeighting(NoiseSchedule schedule, double? minSnrGamma, bool debiased, bool velocity)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        _weights = [.. Enumerable.Range(0, schedule.AlphasCumprod.Count).Select(t => (float)Weight(schedule.Snr(t), minSnrGamma, debiased, velocity))];
        IsUniform = minSnrGamma is null && !debiased;
    }

    /// <summary>Every weight is 1.</summary>
    public bool IsUniform { get; }

    /// <summary>The weight of a sample at <paramref name="timestep"/>.</summary>
    public float this[long timestep] => _weights[timestep];

    private static double Weight(double snr, double? gamma, bool debiased, bool velocity)
    {
        var weight = 1.0;
        if (gamma is { } g)
            weight *= Math.Min(snr, g) / (velocity ? snr + 1 : snr);
        if (debiased)
            weight *= velocity ? 1 / (Math.Min(snr, 1000) + 1) : 1 / Math.Sqrt(Math.Min(snr, 1000));
        return weight;
    }
}
