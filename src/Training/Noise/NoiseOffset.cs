using Slipway.Training.Options;
using Slipway.Training.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training.Noise;

/// <summary>
/// <c>noise_offset</c> (Guttenberg 2023): one extra normal number per sample and channel, added to the whole channel's noise,
/// so that the model learns to change a picture's mean brightness. The shifted noise is also the noise-prediction target.
/// With <c>adaptive_noise_scale</c> the strength grows with the channel's mean latent: max(0, offset + scale·|mean|).
/// </summary>
public static class NoiseOffset
{
    /// <summary>The options of one batch: with <c>noise_offset_random_strength</c> its strength is drawn, uniform from 0 to <c>noise_offset</c>.</summary>
    /// <param name="options">The training's.</param>
    /// <param name="seed">The training's seed.</param>
    /// <param name="number">The batch's number in the training.</param>
    public static NoiseOptions Drawn(NoiseOptions options, long seed, long number)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.NoiseOffsetRandomStrength
            ? options with { NoiseOffset = options.NoiseOffset * new SeedStream(seed, "noise offset", number).NextDouble() }
            : options;
    }

    /// <param name="noise">[B, C, h, w]; changed in place.</param>
    /// <param name="latents">[B, C, h, w], scaled.</param>
    /// <param name="options">With no offset nothing is changed and nothing drawn.</param>
    /// <param name="generator">On the CPU.</param>
    public static void Add(Tensor noise, Tensor latents, NoiseOptions options, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(noise);
        ArgumentNullException.ThrowIfNull(options);
        if (options.NoiseOffset == 0)
            return;
        using var shift = randn([noise.shape[0], noise.shape[1], 1, 1], dtype: noise.dtype, generator: generator);
        Add(noise, latents, options, shift);
    }

    /// <param name="noise">[B, C, h, w]; changed in place.</param>
    /// <param name="latents">[B, C, h, w], scaled.</param>
    /// <param name="options">With an offset.</param>
    /// <param name="shift">The normal numbers [B, C, 1, 1].</param>
    internal static void Add(Tensor noise, Tensor latents, NoiseOptions options, Tensor shift)
    {
        if (options.AdaptiveNoiseScale is not { } scale)
        {
            using Scalar offset = options.NoiseOffset;
            noise.add_(shift, offset);
            return;
        }
        using var scope = NewDisposeScope();
        var mean = latents.to(noise.dtype, noise.device).mean([2, 3], keepdim: true).abs();
        var strength = ((mean * scale) + options.NoiseOffset).clamp_min(0);
        noise.add_(strength * shift);
    }
}
