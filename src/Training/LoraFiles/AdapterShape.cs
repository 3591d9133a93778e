using Slipway.Training.Networks.Adapters;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// The shape of a layer's weight, as the tensors beside it show it. Where a kernel lies flat in them the layer's name tells whether
/// there is one: SDXL's convolutions are 3×3, but for those that change the number of channels alone.
/// </summary>
internal static class AdapterShape
{
    private const int Kernel = 3;

    private static readonly string[] SpatialEnds = ["_in_layers_2", "_out_layers_3", "_op", "_conv", "_input_blocks_0_0", "_unet_out_2"];

    /// <summary><c>LoHa</c> or <c>LoKr</c>; null: neither.</summary>
    public static string? KindOf(Func<string, bool> has) =>
        has("hada_w1_a") || has("hada_w1_b") ? "LoHa" : has("lokr_w1") || has("lokr_w1_a") || has("lokr_w2") || has("lokr_w2_a") ? "LoKr" : null;

    /// <summary>[out, in] or [out, in, k, k]; empty where tensors are missing.</summary>
    /// <param name="name">sd-scripts' name of the layer.</param>
    /// <param name="shape">The shape of one of its tensors; null where it is not there.</param>
    public static long[] Of(string name, Func<string, long[]?> shape)
    {
        if (shape(LowRankChange.Down) is { Length: >= 2 } down)
            return shape(LowRankChange.Up) is { Length: >= 2 } up ? [up[0], down[1], .. shape(LowRankChange.Mid)?[2..] ?? down[2..]] : [];
        if (shape("hada_w1_a") is { Length: 2 } left && shape("hada_w1_b") is { Length: 2 } right)
            return shape("hada_t1") is { Length: 4 } core ? [left[1], right[1], .. core[2..]] : WithKernel(name, left[0], right[1]);
        return Kronecker(name, shape);
    }

    private static long[] Kronecker(string name, Func<string, long[]?> shape)
    {
        if (Product(shape("lokr_w1"), shape("lokr_w1_a"), shape("lokr_w1_b")) is not [var rows, var columns])
            return [];
        if (shape("lokr_t2") is { Length: 4 } core && shape("lokr_w2_a") is { Length: 2 } outputs && shape("lokr_w2_b") is { Length: 2 } inputs)
            return [rows * outputs[1], columns * inputs[1], .. core[2..]];
        return Product(shape("lokr_w2"), shape("lokr_w2_a"), shape("lokr_w2_b")) switch
        {
            [var a, var b] => WithKernel(name, rows * a, columns * b),
            [var a, var b, var height, var width] => [rows * a, columns * b, height, width],
            _ => [],
        };
    }

    private static long[]? Product(long[]? whole, long[]? left, long[]? right) => whole ?? (left is { Length: 2 } && right is { Length: 2 } ? [left[0], right[1]] : null);

    private static long[] WithKernel(string name, long outputs, long inputs) =>
        inputs % (Kernel * Kernel) == 0 && SpatialEnds.Any(end => name.EndsWith(end, StringComparison.Ordinal)) ? [outputs, inputs / (Kernel * Kernel), Kernel, Kernel] : [outputs, inputs];
}
