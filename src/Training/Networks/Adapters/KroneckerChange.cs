using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Training.Networks.Adapters;

/// <summary>
/// LoKr (Yeh et al. 2023): ΔW ∝ w1 ⊗ w2, Kronecker's product of [a, c] and [b, d] or [b, d, k, k], with out = a·b and in = c·d.
/// Each of the two may be a product of a low rank, and the second may have Tucker's form (<c>use_tucker</c>). Layout,
/// initialisation and what is decomposed when are LyCORIS'.
/// </summary>
internal sealed class KroneckerChange : IWeightChange
{
    private const string First = "lokr_w1";
    private const string FirstLeft = "lokr_w1_a";
    private const string FirstRight = "lokr_w1_b";
    private const string Second = "lokr_w2";
    private const string SecondLeft = "lokr_w2_a";
    private const string SecondRight = "lokr_w2_b";
    private const string Core = "lokr_t2";

    private readonly AdaptedLayer _layer;
    private readonly AdapterParameter[] _first;
    private readonly AdapterParameter[] _second;
    private readonly AdapterParameter? _core;
    private readonly long[] _secondShape;

    /// <exception cref="ArgumentException">The tensors do not fit the layer.</exception>
    public KroneckerChange(AdaptedLayer layer, AdapterTensors tensors)
    {
        string[] first = tensors.Has(FirstLeft) || tensors.Has(FirstRight) ? [FirstLeft, FirstRight] : [First];
        string[] second = tensors.Has(SecondLeft) || tensors.Has(SecondRight) || tensors.Has(Core) ? [SecondLeft, SecondRight] : [Second];
        tensors.Require([.. first, .. second], second.Length == 2 ? [Core, DoraMagnitude.Name] : [DoraMagnitude.Name]);
        (_layer, var device) = (layer, layer.Weight.device);
        var (rows, columns) = (tensors.Find(first[0])!.shape[0], tensors.Find(first[^1])!.shape[^1]);
        if (layer.Outputs % rows != 0 || layer.Inputs % columns != 0)
            throw new ArgumentException($"{layer.Name}.{First}: [{rows}, {columns}] does not divide the layer's weight [{string.Join(", ", layer.Shape)}].", nameof(tensors));
        _secondShape = [layer.Outputs / rows, layer.Inputs / columns, .. layer.Kernel];
        var firstRank = tensors.Find(FirstRight)?.shape[0];
        _first = firstRank is { } rank ? [tensors.Parameter(FirstLeft, device, rows, rank), tensors.Parameter(FirstRight, device, rank, columns)] : [tensors.Parameter(First, device, rows, columns)];
        (_second, _core) = ReadSecond(tensors, device);
        Parameters = [.. _first, .. _second, .. _core is null ? Array.Empty<AdapterParameter>() : [_core]];
        Rank = (int)(firstRank ?? (second.Length == 2 ? _second[1].Value.shape[0] : 0));
    }

    /// <summary>Whether neither matrix is decomposed, so that there is no rank.</summary>
    public static bool IsWhole(IReadOnlyDictionary<string, Tensor> values) => values.ContainsKey(First) && values.ContainsKey(Second);

    public int Rank { get; }

    public IReadOnlyList<AdapterParameter> Parameters { get; }

    /// <summary>
    /// Everything is drawn from Kaiming's uniform distribution but <c>lokr_w2</c> or <c>lokr_w2_b</c>, which is zero, so that
    /// training starts at the unchanged model. A matrix whose larger side is at most twice the rank is not decomposed.
    /// </summary>
    public static IReadOnlyDictionary<string, Tensor> Initial(AdaptedLayer layer, int rank, bool useTucker, KroneckerOptions options, Generator generator)
    {
        var (rows, secondRows) = Factorization.Of((int)layer.Outputs, options.Factor);
        var (columns, secondColumns) = Factorization.Of((int)layer.Inputs, options.Factor);
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        if (options.DecomposeBoth && !options.FullMatrix && 2 * rank < Math.Max(rows, columns))
            (values[FirstLeft], values[FirstRight]) = (UniformValues.Draw(generator, rows, rank), UniformValues.Draw(generator, rank, columns));
        else
            values[First] = UniformValues.Draw(generator, rows, columns);
        if (options.FullMatrix || 2 * rank >= Math.Max(secondRows, secondColumns))
        {
            values[Second] = zeros([secondRows, secondColumns, .. layer.Kernel]);
        }
        else if (useTucker && layer.IsSpatial)
        {
            values[Core] = UniformValues.Draw(generator, [rank, rank, .. layer.Kernel]);
            (values[SecondLeft], values[SecondRight]) = (UniformValues.Draw(generator, rank, secondRows), zeros(rank, secondColumns));
        }
        else
        {
            var size = layer.Kernel.Aggregate((long)secondColumns, (a, b) => a * b);
            (values[SecondLeft], values[SecondRight]) = (UniformValues.Draw(generator, secondRows, rank), zeros(rank, size));
        }
        return values;
    }

    public Tensor Product()
    {
        using var scope = NewDisposeScope();
        var first = FirstMatrix();
        return kron(first.reshape([.. first.shape, .. _layer.Pointwise]), SecondMatrix().contiguous()).MoveToOuterDisposeScope();
    }

    // (w1 ⊗ w2) x = w1 X w2ᵀ for x laid out as a matrix X: no weight of the layer's size is ever made.
    public Tensor Branch(Tensor input, BranchDropout? dropout)
    {
        using var scope = NewDisposeScope();
        var (first, second) = (FirstMatrix().to(input.dtype), SecondMatrix().to(input.dtype));
        var output = _layer.IsConvolution ? Convolve(input, first, second) : Multiply(input, first, second);
        return (dropout?.Apply(output, channelsLast: !_layer.IsConvolution) ?? output).MoveToOuterDisposeScope();
    }

    private static Tensor Multiply(Tensor input, Tensor first, Tensor second)
    {
        var groups = input.reshape([.. input.shape[..^1], first.shape[1], second.shape[1]]);
        return first.matmul(groups.matmul(second.t())).flatten(-2);
    }

    // The c groups of channels go through w2's convolution one beside the other, and w1 mixes what comes out of it.
    private Tensor Convolve(Tensor input, Tensor first, Tensor second)
    {
        var (batch, groups) = (input.shape[0], first.shape[1]);
        var convolved = _layer.Apply(input.reshape([batch * groups, -1, .. input.shape[2..]]), second);
        var mixed = first.matmul(convolved.reshape(batch, groups, -1));
        return mixed.reshape([batch, _layer.Outputs, .. convolved.shape[2..]]);
    }

    private Tensor FirstMatrix() => _first is [var left, var right] ? left.Value.mm(right.Value) : _first[0].Value;

    private Tensor SecondMatrix() => _second is not [var left, var right] ? _second[0].Value
        : _core is null ? left.Value.mm(right.Value).reshape(_secondShape)
        : TuckerProduct.Of(_core.Value, left.Value, right.Value);

    private (AdapterParameter[] Second, AdapterParameter? Core) ReadSecond(AdapterTensors tensors, Device device)
    {
        if (!tensors.Has(SecondRight))
            return ([tensors.Parameter(Second, device, _secondShape)], null);
        var rank = tensors.Find(SecondRight)!.shape[0];
        if (tensors.Has(Core))
        {
            return (
                [tensors.Parameter(SecondLeft, device, rank, _secondShape[0]), tensors.Parameter(SecondRight, device, rank, _secondShape[1])],
                tensors.Parameter(Core, device, [rank, rank, .. _layer.Kernel]));
        }
        var size = _secondShape[1..].Aggregate(1L, (a, b) => a * b);
        return ([tensors.Parameter(SecondLeft, device, _secondShape[0], rank), tensors.Parameter(SecondRight, device, rank, size)], null);
    }
}
