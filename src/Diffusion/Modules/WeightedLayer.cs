using Slipway.Diffusion.Devices;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Modules;

/// <summary>A layer that applies a weight and adds a bias, made on the <c>meta</c> device. State-dict keys are <c>weight</c> and <c>bias</c>.</summary>
public abstract class WeightedLayer : Module<Tensor, Tensor>
{
    private const string WeightName = "weight";
    private const string BiasName = "bias";

    // TorchSharp finds them by these names, and replaces them, when the module is brought to another element type.
    [ComponentName(Name = WeightName)] private protected Parameter _weight;
    [ComponentName(Name = BiasName)] private protected Parameter? _bias;

    /// <param name="name">The kind of layer.</param>
    /// <param name="shape">Of the weight [out, in, …].</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    private protected WeightedLayer(string name, long[] shape, bool hasBias)
        : base(name)
    {
        ProcessorLibraries.Require();
        _weight = Parameter(empty(shape, device: META));
        _bias = hasBias ? Parameter(empty(shape[0], device: META)) : null;
    }

    /// <summary>[out, in, …]; the one before is disposed of.</summary>
    public Parameter Weight
    {
        get => _weight;
        set => Replace(WeightName, ref _weight!, value);
    }

    /// <summary>[out], or null where the layer was made without; the one before is disposed of.</summary>
    public Parameter? Bias
    {
        get => _bias;
        set => Replace(BiasName, ref _bias, value);
    }

    /// <summary>Whether the weight rests elsewhere, and is brought when the layer is called.</summary>
    internal bool IsResting { get; set; }

    /// <summary>Makes the nodes of the graph where <see cref="RaisedPrecision"/> applies; null: it never does.</summary>
    internal OwnGradients? Gradients { get; set; }

    /// <summary>Lets all layers of a network make their nodes with the same.</summary>
    internal static void ShareGradients(nn.Module network, OwnGradients gradients)
    {
        foreach (var layer in network.modules().OfType<WeightedLayer>())
            layer.Gradients = gradients;
    }

    /// <param name="input">What the layer is given.</param>
    /// <returns>In the input's element type.</returns>
    public sealed override Tensor forward(Tensor input)
    {
        if (Gradients is null || !RaisedPrecision.Applies(input) || IsTrained)
            return Apply(input, _weight, _bias);
        if (!is_grad_enabled() || !input.requires_grad)
            return Raised(input);
        // With a graph of its own in f32 the weight would be kept in f32.
        Tensor values;
        using (no_grad())
            values = Raised(input);
        var shape = input.shape;
        return Gradients.Apply(values, [input], keepsInputs: false, (_, gradient) => [GradientOfInput(gradient, _weight, shape).DetachFromDisposeScope()]);
    }

    /// <summary>The gradient of the input, in the gradient's element type.</summary>
    /// <param name="gradient">Of the result.</param>
    /// <param name="weight">The weight that the result was computed with.</param>
    /// <param name="shape">Of the input.</param>
    internal Tensor GradientOfInput(Tensor gradient, Tensor weight, long[] shape) => RaisedPrecision.Compute(gradient, weight, (result, factor) => Transposed(result, factor, shape));

    /// <summary>The layer's operation with given weights.</summary>
    private protected abstract Tensor Apply(Tensor input, Tensor weight, Tensor? bias);

    /// <summary>The transposed operation: from the result's gradient to the input's.</summary>
    private protected abstract Tensor Transposed(Tensor gradient, Tensor weight, long[] shape);

    private bool IsTrained => is_grad_enabled() && (_weight.requires_grad || _bias is { requires_grad: true });

    private Tensor Raised(Tensor input)
    {
        using var bias = _bias?.to(ScalarType.Float32);
        return RaisedPrecision.Compute(input, _weight, (raised, weight) => Apply(raised, weight, bias));
    }

    private void Replace(string name, ref Parameter? field, Parameter? value)
    {
        var before = field;
        field = (Parameter?)value?.DetachFromDisposeScope();
        ConditionallyRegisterParameter(name, field!);
        if (!ReferenceEquals(before, field))
            before?.Dispose();
    }
}
