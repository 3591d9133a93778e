using static TorchSharp.torch;

namespace Slipway.Training.Networks.Adapters;

/// <summary>Kaiming's uniform initialisation (He et al. 2015) with a = √5, as linear layers have it: uniform within ±1/√fan_in.</summary>
internal static class UniformValues
{
    /// <param name="generator">On the CPU.</param>
    /// <param name="shape">All sides but the first are the fan-in.</param>
    public static Tensor Draw(Generator generator, params long[] shape)
    {
        var bound = 1 / Math.Sqrt(shape[1..].Aggregate(1L, (a, b) => a * b));
        return rand(shape, dtype: ScalarType.Float32, generator: generator).mul_(2 * bound).sub_(bound);
    }
}
