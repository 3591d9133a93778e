using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Demo.Tagging;

/// <summary>What a small diffusion model does to pictures, done on purpose.</summary>
internal static class Spoiling
{
    /// <summary>Covers, blurs, shifts tones and adds noise, each to a random share of the batch [B, 3, H, W].</summary>
    public static Tensor Apply(Tensor pictures, Random draws, Generator generator)
    {
        using var scope = NewDisposeScope();
        var batch = pictures.shape[0];
        var covered = where(Pick(batch, 0.4, draws), Covered(pictures, draws), pictures);
        var blurred = where(Pick(batch, 0.6, draws), Blurred(covered, 0.4 + (1.1 * draws.NextDouble())), covered);
        var gain = 1 + (0.15 * randn([batch, 3, 1, 1], generator: generator));
        var lift = 0.1 * randn([batch, 3, 1, 1], generator: generator);
        var toned = where(Pick(batch, 0.5, draws), (blurred * gain) + lift, blurred);
        var noisy = toned + (randn(toned.shape, generator: generator) * (0.08 * draws.NextDouble()));
        return noisy.clamp(-1, 1).MoveToOuterDisposeScope();
    }

    private static Tensor Pick(long batch, double share, Random draws) =>
        tensor(Enumerable.Range(0, (int)batch).Select(_ => draws.NextDouble() < share).ToArray()).view(-1, 1, 1, 1);

    /// <summary>
    /// Something from the next picture, in an oval in the lower middle: as large as a mascot. On the batch's
    /// seam it comes from the first.
    /// </summary>
    private static Tensor Covered(Tensor pictures, Random draws)
    {
        var (height, width) = (pictures.shape[2], pictures.shape[3]);
        var (cx, cy) = (0.5 + (0.2 * (draws.NextDouble() - 0.5)), 0.6 + (0.2 * (draws.NextDouble() - 0.5)));
        var (rx, ry) = (0.12 + (0.2 * draws.NextDouble()), 0.12 + (0.2 * draws.NextDouble()));
        var y = ((arange(height, ScalarType.Float32) / height) - cy) / ry;
        var x = ((arange(width, ScalarType.Float32) / width) - cx) / rx;
        var inside = (y.pow(2).unsqueeze(1) + x.pow(2).unsqueeze(0)).le(1);
        return where(inside, pictures.roll([1L, 7L, 11L], [0L, 2L, 3L]), pictures);
    }

    /// <summary>A Gaussian of the given σ in pixels, 7 wide.</summary>
    private static Tensor Blurred(Tensor pictures, double sigma)
    {
        var kernel = exp(arange(-3, 4, ScalarType.Float32).pow(2) / (-2 * sigma * sigma));
        kernel = kernel / kernel.sum();
        var across = kernel.view(1, 1, 1, 7).repeat(3, 1, 1, 1);
        var down = kernel.view(1, 1, 7, 1).repeat(3, 1, 1, 1);
        var padded = nn.functional.pad(pictures, [3, 3, 3, 3], PaddingModes.Reflect);
        return nn.functional.conv2d(nn.functional.conv2d(padded, across, groups: 3), down, groups: 3);
    }
}
