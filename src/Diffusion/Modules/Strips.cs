using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Modules;

/// <summary>
/// Layers on maps of which memory should not hold several copies: strip by strip of their rows, with the rows that a kernel reaches over to. Norms take
/// their statistics of the whole map before, so that it is the same result but for rounding, and not one with seams as tiles give it.
/// </summary>
internal static class Strips
{
    /// <summary>Values of a map, of one picture, up to which it is computed as a whole: the largest that SDXL's autoencoder has for 512×512 pixels.</summary>
    public const long Whole = 1L << 26;

    private const long ValuesOfStrip = 1L << 23;

    /// <summary>Whether a map [B, C, H, W] is computed in strips: it is large, and no backward pass asks for what lies in between.</summary>
    public static bool Apply(long channels, long height, long width, Tensor map) => channels * height * width > Whole && !(is_grad_enabled() && map.requires_grad);

    /// <summary>The convolution of the activated, normalised map: stride 1, as large as the map.</summary>
    /// <param name="map">[B, C, H, W].</param>
    /// <param name="norm">What comes before, with a SiLU; null: nothing.</param>
    /// <param name="conv">1×1 or 3×3.</param>
    /// <param name="rows">Of a strip; null: as many as make a small part of the map.</param>
    public static Tensor Convolve(Tensor map, GroupNorm? norm, ConvolutionLayer conv, long? rows = null)
    {
        using var scope = NewDisposeScope();
        var affine = norm is null ? null : Affine(map, norm);
        return Assemble(map.shape[2], map.shape[3], conv, rows ?? RowsOf(map.shape[1], map.shape[3]), (top, bottom) => Activated(map.narrow(2, top, bottom - top), affine)).MoveToOuterDisposeScope();
    }

    /// <summary>The convolution of the map enlarged by the nearest neighbour.</summary>
    /// <param name="map">[B, C, h, w].</param>
    /// <param name="height">Of the result, H: twice h.</param>
    /// <param name="width">Likewise.</param>
    /// <param name="conv">3×3.</param>
    /// <param name="rows">Of a strip; null: as many as make a small part of the result.</param>
    public static Tensor Enlarge(Tensor map, long height, long width, ConvolutionLayer conv, long? rows = null)
    {
        using var scope = NewDisposeScope();
        return Assemble(height, width, conv, rows ?? RowsOf(map.shape[1], width), (top, bottom) =>
        {
            var (first, last) = (top / 2, (bottom + 1) / 2);
            using var larger = functional.interpolate(map.narrow(2, first, last - first), [2 * (last - first), width], mode: InterpolationMode.Nearest);
            return larger.narrow(2, top - (2 * first), bottom - top).contiguous();
        }).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the convolution of another map to this one, in its own memory.</summary>
    /// <param name="sum">[B, D, H, W].</param>
    /// <param name="map">[B, C, H, W].</param>
    /// <param name="conv">1×1.</param>
    /// <param name="rows">Of a strip; null: as many as make a small part of the map.</param>
    public static void AddConvolved(Tensor sum, Tensor map, ConvolutionLayer conv, long? rows = null)
    {
        var strip = rows ?? RowsOf(map.shape[1], map.shape[3]);
        for (long top = 0; top < map.shape[2]; top += strip)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(strip, map.shape[2] - top);
            sum.narrow(2, top, count).add_(conv.call(map.narrow(2, top, count).contiguous()));
        }
    }

    private static Tensor Assemble(long height, long width, ConvolutionLayer conv, long rows, Func<long, long, Tensor> rowsOf)
    {
        var reach = conv.Kernel[0] / 2;
        Tensor? whole = null;
        for (long top = 0; top < height; top += rows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(rows, height - top);
            var (first, last) = (Math.Max(0, top - reach), Math.Min(height, top + count + reach));
            var strip = functional.pad(rowsOf(first, last), [0, 0, first - (top - reach), top + count + reach - last]);
            var result = functional.conv2d(strip, conv.Weight, conv.Bias, [1, 1], [0, reach]);
            whole ??= empty([result.shape[0], result.shape[1], height, width], result.dtype, result.device).MoveToOuterDisposeScope();
            whole.narrow(2, top, count).copy_(result);
        }

        return whole!;
    }

    private static long RowsOf(long channels, long width) => Math.Max(1, ValuesOfStrip / (channels * width));

    private static Tensor Activated(Tensor rows, (Tensor Scale, Tensor Shift)? affine) =>
        affine is { } norm ? (rows * norm.Scale).add_(norm.Shift).silu_() : rows;

    /// <summary>A group normalisation as a factor and a summand for each channel [B, C, 1, 1].</summary>
    private static (Tensor Scale, Tensor Shift)? Affine(Tensor map, GroupNorm norm)
    {
        var (batch, channels, groups) = (map.shape[0], map.shape[1], norm.num_groups);
        var (variance, mean) = var_mean(map.view(batch, groups, -1), dimensions: [2], unbiased: false, keepdim: true);
        Tensor OfChannels(Tensor ofGroups) => ofGroups.expand(batch, groups, channels / groups).reshape(batch, channels, 1, 1);
        var scale = OfChannels((variance + norm.eps).rsqrt()) * norm.weight!.view(1, channels, 1, 1);
        return (scale, norm.bias!.view(1, channels, 1, 1) - (OfChannels(mean) * scale));
    }
}
