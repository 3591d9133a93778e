using static TorchSharp.torch;

namespace Slipway.Training.Networks.Adapters;

/// <summary>
/// DoRA (Liu et al. 2024): ΔW changes a weight's directions, and trained magnitudes its lengths:
/// W′ = m ∘ (W + ΔW) / ‖W + ΔW‖. Lengths are taken over each output (the paper, PEFT, LyCORIS since 3.2: <c>wd_on_output</c>) or
/// each input; the magnitudes' shape tells which: [out, 1, …] or [1, in, …]. Gradients flow through the lengths as well, as in
/// LyCORIS; the paper leaves them out.
/// </summary>
internal sealed class DoraMagnitude
{
    public const string Name = "dora_scale";

    // Keeps a weight that is all zero from being divided by zero; LyCORIS adds as much.
    private const double Epsilon = 1.1920929e-07;

    private readonly AdaptedLayer _layer;
    private readonly bool _perOutput;

    /// <exception cref="ArgumentException">The magnitudes fit neither outputs nor inputs.</exception>
    public DoraMagnitude(AdaptedLayer layer, AdapterTensors tensors)
    {
        _layer = layer;
        var shape = tensors.Find(Name)!.shape;
        _perOutput = PerOutput(layer, shape);
        using var scope = NewDisposeScope();
        // PEFT lays the magnitudes flat.
        Parameter = new AdapterParameter(Name, tensors.Find(Name)!.to(ScalarType.Float32, layer.Weight.device).reshape(Shape(layer, _perOutput)));
    }

    /// <summary>The magnitudes m, as a trained parameter: [out, 1, …] or [1, in, …].</summary>
    public AdapterParameter Parameter { get; }

    /// <summary>The weight's own lengths, so that W′ = W to the bit while ΔW is zero.</summary>
    public static Tensor Initial(AdaptedLayer layer, bool perOutput)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        return Lengths(layer.Weight.to(ScalarType.Float32), perOutput).MoveToOuterDisposeScope();
    }

    /// <summary>W′ − W, in the weight's shape.</summary>
    /// <param name="change">ΔW.</param>
    public Tensor Delta(Tensor change)
    {
        using var scope = NewDisposeScope();
        var weight = _layer.Weight.to(ScalarType.Float32);
        return ((weight + change) * Gain(change) - weight).MoveToOuterDisposeScope();
    }

    /// <summary>What W′ − W makes of an input: the gain goes in before the layer or behind it, and no input meets a dense ΔW.</summary>
    /// <param name="input">The layer's input.</param>
    /// <param name="output">The layer's output.</param>
    /// <param name="change">ΔW.</param>
    /// <param name="branch">What ΔW makes of an input.</param>
    public Tensor Branch(Tensor input, Tensor output, Tensor change, Func<Tensor, Tensor> branch)
    {
        using var scope = NewDisposeScope();
        var gain = Gain(change);
        gain = _layer.IsConvolution ? gain.reshape(-1, 1, 1) : gain.flatten();
        // Gains are near 1, where half precisions are coarse: what is above 1 is cast by itself.
        var (whole, rest) = (gain.to(input.dtype), (gain - 1).to(input.dtype));
        var sum = _perOutput
            ? (rest * _layer.WithoutBias(output)) + (whole * branch(input))
            : _layer.Apply(input * rest, _layer.Weight) + branch(input * whole);
        return sum.MoveToOuterDisposeScope();
    }

    private Tensor Gain(Tensor change) => Parameter.Value / Lengths(_layer.Weight.to(ScalarType.Float32) + change, _perOutput);

    private static Tensor Lengths(Tensor weight, bool perOutput)
    {
        long[] sides = [.. Enumerable.Range(0, (int)weight.ndim).Where(side => side != (perOutput ? 0 : 1)).Select(side => (long)side)];
        // Its gradient at zero is zero, where a root's would be none.
        return linalg.vector_norm(weight, 2, sides, keepdim: true).add(Epsilon);
    }

    private static long[] Shape(AdaptedLayer layer, bool perOutput) =>
        perOutput ? [layer.Outputs, 1, .. layer.Pointwise] : [1, layer.Inputs, .. layer.Pointwise];

    private static bool PerOutput(AdaptedLayer layer, long[] shape)
    {
        var count = shape.Aggregate(1L, (a, b) => a * b);
        if (shape.Length > 0 && shape[0] == layer.Outputs && count == layer.Outputs)
            return true;
        return shape.Length > 1 && shape[1] == layer.Inputs && count == layer.Inputs
            ? false
            : throw new ArgumentException($"{layer.Name}.{Name}: expected [{layer.Outputs}, 1] or [1, {layer.Inputs}], found [{string.Join(", ", shape)}].", nameof(shape));
    }
}
