using Slipway.Training.Noise;

namespace Slipway.Training.Options;

/// <summary>How the noise of a training differs from plain normal noise, under sd-scripts' option names.</summary>
public sealed record NoiseOptions
{
    /// <summary><c>noise_offset</c>; 0: none.</summary>
    public double NoiseOffset { get; init; }

    /// <summary><c>adaptive_noise_scale</c>: added to the offset, times the channel's mean latent; only with an offset.</summary>
    public double? AdaptiveNoiseScale { get; init; }

    /// <summary><c>multires_noise_iterations</c>: most levels of <see cref="PyramidNoise"/>; null: none.</summary>
    public int? MultiresNoiseIterations { get; init; }

    /// <summary><c>multires_noise_discount</c>: weight of each level against the one before.</summary>
    public double MultiresNoiseDiscount { get; init; } = 0.3;

    /// <summary>
    /// <c>ip_noise_gamma</c> (Ning et al. 2023, input perturbation): so much more normal noise is in what the UNet sees, and not in
    /// what it is to predict. Null: none.
    /// </summary>
    public double? IpNoiseGamma { get; init; }

    /// <summary><c>ip_noise_gamma_random_strength</c>: the strength of each batch is uniform from 0 to <see cref="IpNoiseGamma"/>.</summary>
    public bool IpNoiseGammaRandomStrength { get; init; }

    internal IEnumerable<string> Problems()
    {
        if (IpNoiseGamma is { } gamma && !(gamma > 0 && double.IsFinite(gamma))) yield return $"ip_noise_gamma: {gamma}; use more than 0, or leave it out.";
        if (IpNoiseGammaRandomStrength && IpNoiseGamma is null) yield return "ip_noise_gamma_random_strength: varies ip_noise_gamma, which is not given; give both or none.";
        if (!(NoiseOffset >= 0)) yield return $"noise_offset: {NoiseOffset}; use 0 or more.";
        if (AdaptiveNoiseScale is not null && NoiseOffset == 0) yield return "adaptive_noise_scale: changes noise_offset, which is 0; give both or none.";
        if (AdaptiveNoiseScale is { } scale && !double.IsFinite(scale)) yield return $"adaptive_noise_scale: {scale}; use a number.";
        if (MultiresNoiseIterations < 1) yield return $"multires_noise_iterations: {MultiresNoiseIterations}; use 1 or more, or leave it out.";
        if (!(MultiresNoiseDiscount >= 0)) yield return $"multires_noise_discount: {MultiresNoiseDiscount}; use 0 or more.";
    }
}
