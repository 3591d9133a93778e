using Slipway.Training.Options;
using Slipway.Training.Randomness;
using static TorchSharp.torch;

namespace Slipway.Training.Noise;

/// <summary>
/// Input perturbation (Ning et al. 2023): what the UNet sees holds more noise than it is asked to predict, which makes it used to its
/// own errors while sampling. Numbers of a stream of their own, so that the noise itself stays what it is without.
/// </summary>
internal static class InputPerturbation
{
    /// <param name="noise">The target [B, 4, h, w]; not changed.</param>
    /// <param name="gamma"><c>ip_noise_gamma</c>.</param>
    /// <param name="options">Whether the strength varies.</param>
    /// <param name="seed">The training's seed.</param>
    /// <param name="number">The batch's number in the training.</param>
    public static Tensor Perturb(Tensor noise, double gamma, NoiseOptions options, long seed, long number)
    {
        var stream = new SeedStream(seed, "input perturbation", number);
        using var generator = stream.Generator();
        var strength = options.IpNoiseGammaRandomStrength ? gamma * stream.NextDouble() : gamma;
        return noise + (randn(noise.shape, dtype: noise.dtype, generator: generator) * strength);
    }
}
