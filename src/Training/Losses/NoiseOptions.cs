namespace Slipway.Training;

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

    internal IEnumerable<string> Problems()
    {
        if (!(NoiseOffset >= 0)) yield return $"noise_offset: {NoiseOffset}; use 0 or more.";
        if (AdaptiveNoiseScale is not null && NoiseOffset == 0) yield return "adaptive_noise_scale: changes noise_offset, which is 0; give both or none.";
        if (AdaptiveNoiseScale is { } scale && !double.IsFinite(scale)) yield return $"adaptive_noise_scale: {scale}; use a number.";
        if (MultiresNoiseIterations < 1) yield return $"multires_noise_iterations: {MultiresNoiseIterations}; use 1 or more, or leave it out.";
        if (!(MultiresNoiseDiscount >= 0)) yield return $"multires_noise_discount: {MultiresNoiseDiscount}; use 0 or more.";
    }
}
