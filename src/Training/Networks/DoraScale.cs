using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Training;

/// <summary>
/// DoRA (Liu et al. 2024): a LoRA changes a weight's directions, and learned magnitudes its lengths:
/// W′ = m ∘ (W + ΔW) / ‖W + ΔW‖. Lengths are taken over each output (the paper, PEFT) or each input (LyCORIS's default);
/// the magnitudes' shape tells which: [out] and [out, 1, …] or [1, in, …]. Made to use a LoRA, not to train one.
/// </summary>
internal sealed class DoraScale : IDisposable
{
    private readonly LoraTarget _target;
    private readonly bool _perOutput;
    private readonly Tensor _gain;

    /// <param name="target">The layer; its weight at this moment is the W of the formula.</param>
    /// <param name="magnitude">m; stays the caller's.</param>
    /// <param name="product">ΔW at full strength, in the weight's shape.</param>
    /// <exception cref="ArgumentException">The magnitudes fit neither outputs nor inputs.</exception>
    public DoraScale(LoraTarget target, Tensor magnitude, Tensor product)
    {
        using var scope = NewDisposeScope();
        var shape = target.Weight.shape;
        (_target, _perOutput) = (target, PerOutput(target, magnitude));
        Magnitude = magnitude.to(ScalarType.Float32).DetachFromDisposeScope();
        var lengths = (target.Weight.to(ScalarType.Float32) + product).square()
            .sum([.. Enumerable.Range(0, shape.Length).Where(side => side != (_perOutput ? 0 : 1)).Select(side => (long)side)], keepdim: true).sqrt();
        _gain = (Magnitude.to(product.device).reshape(lengths.shape) / lengths).DetachFromDisposeScope();
    }

    /// <summary>m, float32, in the file's shape.</summary>
    public Tensor Magnitude { get; }

    /// <summary>multiplier · (W′ − W), in the weight's shape.</summary>
    public Tensor Delta(Tensor product, double multiplier)
    {
        using var scope = NewDisposeScope();
        var weight = _target.Weight.to(ScalarType.Float32);
        return (((weight + product) * _gain - weight) * multiplier).MoveToOuterDisposeScope();
    }

    /// <summary>What W′ − W makes of an input, without a dense matrix: the gain goes in before the layer or behind it.</summary>
    /// <param name="input">The layer's input.</param>
    /// <param name="product">What ΔW makes of an input.</param>
    public Tensor Branch(Tensor input, Func<Tensor, Tensor> product)
    {
        var gain = (_target.Layer is Conv2d ? _gain.reshape(-1, 1, 1) : _gain.flatten()).to(input.dtype);
        var plain = Layer(input);
        if (_perOutput)
            return (gain * (plain + product(input))) - plain;
        var rescaled = input * gain;
        return Layer(rescaled) + product(rescaled) - plain;
    }

    public void Dispose()
    {
        Magnitude.Dispose();
        _gain.Dispose();
    }

    private Tensor Layer(Tensor input) => _target.Layer is Conv2d conv
        ? functional.conv2d(input, conv.weight, null, conv.stride, conv.padding, conv.dilation)
        : functional.linear(input, _target.Weight);

    private static bool PerOutput(LoraTarget target, Tensor magnitude)
    {
        var (shape, weight) = (magnitude.shape, target.Weight.shape);
        if (shape.Length > 0 && shape[0] == weight[0] && magnitude.numel() == weight[0])
            return true;
        return shape.Length > 1 && shape[1] == weight[1] && magnitude.numel() == weight[1]
            ? false
            : throw new ArgumentException(
                $"{target.Name}.dora_scale: expected [{weight[0]}, 1] or [1, {weight[1]}], found [{string.Join(", ", shape)}].", nameof(magnitude));
    }
}
