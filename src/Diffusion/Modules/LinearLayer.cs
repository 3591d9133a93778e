using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>x·Wᵀ + b along the last axis.</summary>
public sealed class LinearLayer : WeightedLayer
{
    /// <param name="inChannels">Channels in.</param>
    /// <param name="outChannels">Channels out.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    public LinearLayer(long inChannels, long outChannels, bool hasBias = true)
        : base(nameof(LinearLayer), [outChannels, inChannels], hasBias) => RegisterComponents();

    /// <summary>The branches that are hooked onto it.</summary>
    public IList<ILowRankBranch> Branches { get; } = [];

    private protected override Tensor Apply(Tensor input, Tensor weight, Tensor? bias) => nn.functional.linear(input, weight, bias);

    private protected override Tensor Transposed(Tensor gradient, Tensor weight, long[] shape)
    {
        using var rows = gradient.flatten(0, -2);
        using var product = rows.mm(weight);
        return product.view(shape);
    }
}
