using Slipway.Engine.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>
/// Products in bf16 on an x86 processor without AVX-512. For these libtorch has loops there that go number by number: convolutions, and gradients of what goes into
/// a product, take tens of times as long as in f32. They are computed in f32 of the same rounded numbers, a layer at a time, and the result is rounded.
/// </summary>
public static class RaisedPrecision
{
    private static readonly AsyncLocal<bool> IsOff = new();

    /// <summary>Whether the processor is such a one.</summary>
    public static bool IsNeededHere { get; } = ProcessorFacts.Read().LacksBfloat16;

    /// <summary>Whether what is computed with a tensor is computed in f32.</summary>
    public static bool Applies(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return IsNeededHere && !IsOff.Value && tensor.dtype == ScalarType.BFloat16 && tensor.device_type == DeviceType.CPU;
    }

    /// <summary>Computes something as on a device for which nothing is raised, so that what the host does for a card can be measured on any processor.</summary>
    public static void Without(Action compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        IsOff.Value = true;
        try
        {
            compute();
        }
        finally
        {
            IsOff.Value = false;
        }
    }

    /// <summary>A product, in f32 where that is faster; the graph then keeps what it keeps in f32.</summary>
    /// <param name="input">One factor; of its element type is the result.</param>
    /// <param name="weight">The other.</param>
    /// <param name="product">Multiplies them.</param>
    public static Tensor Compute(Tensor input, Tensor weight, Func<Tensor, Tensor, Tensor> product)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(product);
        if (!Applies(input))
            return product(input, weight);
        using var scope = NewDisposeScope();
        return product(input.to(ScalarType.Float32), weight.to(ScalarType.Float32)).to(input.dtype).MoveToOuterDisposeScope();
    }
}
