using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Slipway.Diffusion.Devices;

/// <summary>
/// The first calls of libtorch's libraries on the processor (products of matrices, convolutions, attention, elementary functions), with which these set themselves
/// up: made once, by one thread, while others wait. Of two threads whose first calls coincided, one got other last bits at times.
/// </summary>
public static class FirstUse
{
    private static readonly Lazy<bool> Made = new(Make);

    /// <summary>Makes the calls, or waits for whoever makes them.</summary>
    public static void Require() => _ = Made.Value;

    private static bool Make()
    {
        ProcessorLibraries.Require();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var sequence = ones(2, 77, 64);
        var heads = ones(2, 4, 77, 16);
        _ = layer_norm(linear(sequence, ones(64, 64), ones(64)), [64], ones(64), ones(64)).sigmoid();
        _ = matmul(heads, heads.transpose(2, 3)).softmax(-1);
        _ = scaled_dot_product_attention(heads, heads, heads);
        _ = scaled_dot_product_attention(heads, heads, heads, is_casual: true);
        foreach (var kernel in new[] { 1, 3 })
        {
            foreach (var batch in new[] { 1, 2 })
                _ = silu(conv2d(ones(batch, 4, 16, 16), ones(32, 4, kernel, kernel), ones(32)));
        }

        var angles = arange(64, dtype: ScalarType.Float32);
        _ = cat([angles.cos(), angles.sin(), angles.exp(), gelu(angles), (1 + angles).log(), angles.pow(2).cumprod(0)]);
        _ = group_norm(ones(1, 32, 8, 8), 8, ones(32), ones(32)).to(ScalarType.Float16).to(ScalarType.Float32).sum();
        return true;
    }
}
