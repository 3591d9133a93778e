using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training;

/// <summary>
/// <c>noise_offset</c> (Guttenberg 2023): one extra normal number per sample and channel, added to the whole channel's noise,
/// so that the model learns to change a picture's mean brightness. The shifted noise is also the noise-prediction target.
/// </summary>
public static class NoiseOffset
{
    /// <param name="noise">[B, C, h, w]; changed in place.</param>
    /// <param name="offset">Strength; 0 changes nothing and draws nothing.</param>
    /// <param name="generator">On the CPU.</param>
    public static void Add(Tensor noise, double offset, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(noise);
        if (offset == 0)
            return;
        using var shift = randn([noise.shape[0], noise.shape[1], 1, 1], dtype: noise.dtype, generator: generator);
        using Scalar strength = offset;
        noise.add_(shift, strength);
    }
}
