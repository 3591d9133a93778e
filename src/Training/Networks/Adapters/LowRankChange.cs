using Slipway.Diffusion.Modules;
using static TorchSharp.torch;

namespace Slipway.Training.Networks.Adapters;

/// <summary>
/// LoRA (Hu et al. 2021) and LoCon: ΔW ∝ up∘down. Beside a convolution, down has the layer's kernel, stride and padding, and up
/// is 1×1; in Tucker's form (<c>use_tucker</c>) down is 1×1 too, and <c>lora_mid</c> between them has the kernel.
/// </summary>
internal sealed class LowRankChange : IWeightChange
{
    public const string Down = "lora_down.weight";
    public const string Up = "lora_up.weight";
    public const string Mid = "lora_mid.weight";

    private readonly AdaptedLayer _layer;
    private readonly AdapterParameter _down;
    private readonly AdapterParameter _up;
    private readonly AdapterParameter? _mid;

    /// <exception cref="ArgumentException">The tensors do not fit the layer.</exception>
    public LowRankChange(AdaptedLayer layer, AdapterTensors tensors)
    {
        tensors.Require([Down, Up], Mid, DoraMagnitude.Name);
        _layer = layer;
        var device = layer.Weight.device;
        var rank = tensors.Find(Down)!.shape[0];
        var hasCore = tensors.Has(Mid);
        _down = tensors.Parameter(Down, device, [rank, layer.Inputs, .. hasCore ? layer.Pointwise : layer.Kernel]);
        _mid = hasCore ? tensors.Parameter(Mid, device, [rank, rank, .. layer.Kernel]) : null;
        _up = tensors.Parameter(Up, device, [layer.Outputs, rank, .. layer.Pointwise]);
        Parameters = _mid is null ? [_down, _up] : [_down, _mid, _up];
    }

    public int Rank => (int)_down.Value.shape[0];

    public IReadOnlyList<AdapterParameter> Parameters { get; }

    /// <summary>Down is drawn, and so is a core; up is zero, so that training starts at the unchanged model.</summary>
    public static IReadOnlyDictionary<string, Tensor> Initial(AdaptedLayer layer, int rank, bool useTucker, Generator generator)
    {
        var hasCore = useTucker && layer.IsSpatial;
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            [Down] = UniformValues.Draw(generator, [rank, layer.Inputs, .. hasCore ? layer.Pointwise : layer.Kernel]),
            [Up] = zeros([layer.Outputs, rank, .. layer.Pointwise]),
        };
        if (hasCore)
            values[Mid] = UniformValues.Draw(generator, [rank, rank, .. layer.Kernel]);
        return values;
    }

    /// <summary>Whether the branch is two products of matrices, the first of which others with the same input can share.</summary>
    public bool IsPlain => _mid is null && !_layer.IsConvolution;

    /// <summary>Down [rank, in], rounded to a precision; a gradient flows to where it belongs.</summary>
    public Tensor DownIn(ScalarType type) => In(_down, type);

    /// <summary>The layer's output with the branch added, without dropout, of the input times down.</summary>
    /// <returns>The output itself, changed, where nothing asks for a gradient, and else a new tensor.</returns>
    public Tensor AddWidened(Tensor output, Tensor narrow, double scale)
    {
        var up = In(_up, narrow.dtype);
        var sum = NativeOperations.AddWidened(output, narrow, up, scale);
        Release(_up, up);
        return sum;
    }

    /// <summary>The layer's output with the branch added, of one that <see cref="IsPlain"/>, without dropout.</summary>
    /// <returns>The output itself, changed, where nothing asks for a gradient, and else a new tensor.</returns>
    public Tensor AddTo(Tensor output, Tensor input, double scale)
    {
        var type = input.dtype;
        var (down, up) = (In(_down, type), In(_up, type));
        var sum = RaisedPrecision.Applies(input) ? AddRaised(output, input, down, up, scale) : NativeOperations.AddLowRank(output, input, down, up, scale);
        Release(_down, down);
        Release(_up, up);
        return sum;
    }

    /// <summary>What is to be computed with a plain branch's layer in one; null: a value would have to be rounded first.</summary>
    public LowRankTerms? Terms(ScalarType type, double scale) =>
        _down.Value.dtype == type ? new(_down.Value, _up.Value, scale, _down.Gradient, _up.Gradient)
        : _down.Lowered is { } down && _up.Lowered is { } up && down.dtype == type ? new(down, up, scale, _down.LoweredGradient, _up.LoweredGradient)
        : null;

    private static Tensor AddRaised(Tensor output, Tensor input, Tensor down, Tensor up, double scale)
    {
        using var scope = NewDisposeScope();
        var narrow = nn.functional.linear(input.to(ScalarType.Float32), down.to(ScalarType.Float32));
        var branch = nn.functional.linear(narrow, up.to(ScalarType.Float32));
        return output.add(branch.to(output.dtype), scale).MoveToOuterDisposeScope();
    }

    public Tensor Product()
    {
        using var down = (_mid is null ? _down.Value : einsum("abkl,bi->aikl", _mid.Value, _down.Value.flatten(1))).flatten(1);
        using var up = _up.Value.flatten(1);
        using var product = up.mm(down);
        return product.reshape(_layer.Shape);
    }

    // The weights stay in float32 for the optimizer's small steps; the product is taken in the model's precision.
    public Tensor Branch(Tensor input, BranchDropout? dropout)
    {
        if (input.dtype == _down.Value.dtype)
            return Branch(input, _down.Value, _mid?.Value, _up.Value, dropout);
        if (_down.Lowered is { } loweredDown && _up.Lowered is { } loweredUp && loweredDown.dtype == input.dtype)
            return Branch(input, loweredDown, _mid?.Lowered, loweredUp, dropout);
        using var down = _down.Value.to(input.dtype);
        using var mid = _mid?.Value.to(input.dtype);
        using var up = _up.Value.to(input.dtype);
        return Branch(input, down, mid, up, dropout);
    }

    private static Tensor In(AdapterParameter parameter, ScalarType type) =>
        parameter.Value.dtype == type ? parameter.Value
        : parameter.Lowered is { } lowered && lowered.dtype == type ? lowered
        : parameter.Value.to(type);

    // What was made for this call alone.
    private static void Release(AdapterParameter parameter, Tensor taken)
    {
        if (!ReferenceEquals(taken, parameter.Value) && !ReferenceEquals(taken, parameter.Lowered))
            taken.Dispose();
    }

    private Tensor Branch(Tensor input, Tensor down, Tensor? mid, Tensor up, BranchDropout? dropout)
    {
        var narrow = mid is null ? _layer.Apply(input, down) : ThroughCore(input, down, mid);
        using var hidden = dropout is null ? narrow : dropout.Apply(narrow, channelsLast: !_layer.IsConvolution);
        return _layer.ApplyPointwise(hidden, up);
    }

    private Tensor ThroughCore(Tensor input, Tensor down, Tensor mid)
    {
        using var narrow = _layer.ApplyPointwise(input, down);
        return _layer.Apply(narrow, mid);
    }
}
