using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Training.Networks.Adapters;

/// <summary>What an adapter must know of its layer: the weight's shape, and how such a weight is applied.</summary>
/// <param name="target">The layer.</param>
internal sealed class AdaptedLayer(LoraTarget target)
{
    private readonly ConvolutionLayer? _conv = target.Layer as ConvolutionLayer;
    private readonly long[] _shape = target.Weight.shape;

    public string Name => target.Name;

    /// <summary>The layer's own weight.</summary>
    public Parameter Weight => target.Weight;

    /// <summary>The weight's shape: [out, in] or [out, in, k, k].</summary>
    public long[] Shape => _shape;

    public bool IsConvolution => _conv is not null;

    /// <summary>Whether the layer is a convolution with a kernel above 1×1.</summary>
    public bool IsSpatial => target.IsSpatial;

    public long Outputs => _shape[0];

    public long Inputs => _shape[1];

    /// <summary>The kernel's sides [k, k]; empty for a linear layer.</summary>
    public long[] Kernel => _shape[2..];

    /// <summary>Sides of length 1 behind the first two of a convolution's weight.</summary>
    public long[] Pointwise => [.. _shape[2..].Select(_ => 1L)];

    /// <summary>Applies a weight as the layer applies its own, without a bias.</summary>
    public Tensor Apply(Tensor input, Tensor weight) => RaisedPrecision.Compute(input, weight, _conv is null
        ? (raised, factor) => functional.linear(raised, factor)
        : _conv.Convolve);

    /// <summary>Applies a weight to every position by itself: [a, b], or [a, b, 1, 1] beside a convolution.</summary>
    public Tensor ApplyPointwise(Tensor input, Tensor weight) => RaisedPrecision.Compute(input, weight, _conv is null
        ? (raised, factor) => functional.linear(raised, factor)
        : (raised, factor) => functional.conv2d(raised, factor));

    /// <summary>The layer's output without its bias.</summary>
    public Tensor WithoutBias(Tensor output)
    {
        var bias = target.Layer.Bias;
        return bias is null ? output : output - (_conv is null ? bias : bias.reshape(-1, 1, 1));
    }
}
