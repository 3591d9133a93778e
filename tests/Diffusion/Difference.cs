using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests;

/// <summary>How far tensors are apart.</summary>
internal static class Difference
{
    /// <summary>The largest absolute difference, in f32. Shapes must be equal; NaN is infinitely far.</summary>
    public static float Largest(Tensor actual, Tensor expected)
    {
        Assert.Equal(expected.shape, actual.shape);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var difference = (actual.to(ScalarType.Float32) - expected.to(ScalarType.Float32)).abs().max().item<float>();
        return float.IsNaN(difference) ? float.PositiveInfinity : difference;
    }

    /// <summary>The largest difference as a share of the largest expected value.</summary>
    public static float Relative(Tensor actual, Tensor expected)
    {
        using var scope = NewDisposeScope();
        return Largest(actual, expected) / expected.to(ScalarType.Float32).abs().max().item<float>();
    }
}
