using Slipway.Training.Options;
using Slipway.Training.Randomness;
using static TorchSharp.torch;

namespace Slipway.Training.Noise;

/// <summary>
/// <c>multires_noise_iterations</c> (Whitaker 2023, "Multi-Resolution Noise for Diffusion Model Training"): coarser and coarser
/// noise, enlarged bilinearly, is added with falling weight, and the sum brought back to a standard deviation of 1.
/// Level i is r^i times smaller, with r drawn anew from [2, 4) for each; the pyramid ends where a side is one value long.
/// </summary>
public static class PyramidNoise
{
    /// <param name="noise">[B, C, h, w]; left as it is.</param>
    /// <param name="options">With <see cref="NoiseOptions.MultiresNoiseIterations"/>.</param>
    /// <param name="ratios">Gives the levels' ratios.</param>
    /// <param name="generator">Gives the levels' values; on the CPU.</param>
    /// <returns>[B, C, h, w].</returns>
    public static Tensor AddLevels(Tensor noise, NoiseOptions options, SeedStream ratios, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(noise);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(ratios);
        return AddLevels(noise, options, ratios.NextDouble, shape => randn(shape, dtype: noise.dtype, generator: generator));
    }

    /// <summary>The same with the caller's draws: uniform numbers in [0, 1), and normal tensors of a shape.</summary>
    internal static Tensor AddLevels(Tensor noise, NoiseOptions options, Func<double> uniform, Func<long[], Tensor> normal)
    {
        using var scope = NewDisposeScope();
        var (batch, channels, height, width) = (noise.shape[0], noise.shape[1], noise.shape[2], noise.shape[3]);
        var sum = noise.clone();
        for (var level = 0; level < options.MultiresNoiseIterations; level++)
        {
            var shrinking = Math.Pow((uniform() * 2) + 2, level);
            var (h, w) = (Math.Max(1, (long)(height / shrinking)), Math.Max(1, (long)(width / shrinking)));
            var coarse = nn.functional.interpolate(normal([batch, channels, h, w]), [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
            sum.add_(coarse * Math.Pow(options.MultiresNoiseDiscount, level));
            if (h == 1 || w == 1)
                break;
        }
        return (sum / sum.std()).MoveToOuterDisposeScope();
    }
}
