using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>
/// A linear layer or convolution whose weight is frozen, and rests in another element type or on another device than it is computed in. It is
/// brought for the forward pass, and once more for the backward pass, which needs it for the gradient of the input: the graph keeps neither
/// the weight nor the input. In between the layer's own weight has shape, element type and device, no memory, and is no number.
/// </summary>
internal sealed class FrozenLayer
{
    private readonly WeightedLayer _layer;
    private readonly OwnGradients _gradients;
    private readonly ScalarType _type;
    private readonly Device _device;
    private Tensor? _resting;
    private Tensor? _absent;
    private Action? _release;
    private IDisposable? _noGradient;

    /// <param name="layer">A linear layer or convolution, as it is computed with; nothing may be hooked onto it yet.</param>
    /// <param name="gradients">Makes the nodes of the graph.</param>
    public FrozenLayer(WeightedLayer layer, OwnGradients gradients)
    {
        (_layer, _gradients) = (layer, gradients);
        (_type, _device) = (Weight.dtype, Weight.device);
    }

    /// <summary>Is told whenever the weight has been brought; null: nobody.</summary>
    public Action? Brought { get; init; }

    /// <summary>The weight as it rests.</summary>
    public Tensor Resting => _resting ?? Weight;

    private Parameter Weight => _layer.Weight;

    /// <summary>Lets the weight rest as <paramref name="change"/> makes it of how it is.</summary>
    public void Rest(Func<Tensor, Tensor> change)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (before, shape) = (_resting, Weight.shape);
        _resting = change(Resting).alias().DetachFromDisposeScope();
        before?.Dispose();
        if (_release is not null)
            return;
        _absent = full(1, double.NaN, dtype: _type, device: _device).expand(shape).DetachFromDisposeScope();
        Place(empty(0, dtype: _type, device: _device));
        Show(_absent);
        _layer.IsResting = true;
        var (begin, end) = (_layer.register_forward_pre_hook((_, input) => Begin(input)), _layer.register_forward_hook((_, input, output) => End(input, output)));
        _release = () =>
        {
            begin.remove();
            end.remove();
        };
    }

    /// <summary>Ends it: the layer has its weight as an ordinary layer has.</summary>
    /// <param name="weight">The weight as it is computed with; taken over.</param>
    public void Return(Tensor weight)
    {
        using var noGradient = no_grad();
        _release?.Invoke();
        _layer.IsResting = false;
        Place(weight);
        _resting?.Dispose();
        _absent?.Dispose();
        (_release, _resting, _absent) = (null, null, null);
    }

    // Where a gradient is wanted the layer is computed without a graph, and gets a node of its own behind.
    private Tensor Begin(Tensor input)
    {
        using var weight = Bring();
        _noGradient = is_grad_enabled() && input.requires_grad ? no_grad() : null;
        Show(weight);
        return input;
    }

    private Tensor End(Tensor input, Tensor output)
    {
        Show(_absent!);
        if (_noGradient is null)
            return output;
        _noGradient.Dispose();
        _noGradient = null;
        var shape = input.shape;
        return _gradients.Apply(output, [input], keepsInputs: false, (_, gradient) => [GradientOfInput(gradient, shape)]);
    }

    private Tensor GradientOfInput(Tensor gradient, long[] shape)
    {
        using var scope = NewDisposeScope();
        using var weight = Bring();
        return _layer.GradientOfInput(gradient, weight, shape).DetachFromDisposeScope();
    }

    // The device first: what rests in less is less to move. Never the resting tensor itself.
    private Tensor Bring()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var there = _resting!.to(_device, copy: _resting!.dtype == _type, non_blocking: true).to(_type);
        Brought?.Invoke();
        return there.alias().DetachFromDisposeScope();
    }

    private void Show(Tensor weight)
    {
        var (own, shown) = (Weight, Weight.set_(weight));
        if (!ReferenceEquals(own, shown))
            shown.Dispose();
    }

    // A parameter is made of an alias of what it is made of.
    private void Place(Tensor weight)
    {
        using (weight)
        using (Weight)
        {
            var placed = nn.Parameter(weight, requires_grad: false);
            placed.DetachFromDisposeScope();
            _layer.Weight = placed;
        }

        Weight.DetachFromDisposeScope();
    }
}
