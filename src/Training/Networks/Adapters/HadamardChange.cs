using static TorchSharp.torch;

namespace Slipway.Training.Networks.Adapters;

/// <summary>
/// LoHa (FedPara, Hyeon-Woo et al. 2022): ΔW ∝ (w1_a·w1_b) ∘ (w2_a·w2_b), an element-wise product of two low-rank matrices,
/// whose rank can be the square of theirs. Kernels lie flat in the second matrix of each pair; in Tucker's form
/// (<c>use_tucker</c>) each pair has a core with the kernel. Layout and initialisation are LyCORIS'.
/// </summary>
internal sealed class HadamardChange : IWeightChange
{
    public const string FirstOut = "hada_w1_a";
    private const string FirstIn = "hada_w1_b";
    private const string SecondOut = "hada_w2_a";
    private const string SecondIn = "hada_w2_b";
    private const string FirstCore = "hada_t1";
    private const string SecondCore = "hada_t2";

    private readonly AdaptedLayer _layer;
    private readonly AdapterParameter _firstOut;
    private readonly AdapterParameter _firstIn;
    private readonly AdapterParameter _secondOut;
    private readonly AdapterParameter _secondIn;
    private readonly (AdapterParameter First, AdapterParameter Second)? _cores;

    /// <exception cref="ArgumentException">The tensors do not fit the layer.</exception>
    public HadamardChange(AdaptedLayer layer, AdapterTensors tensors)
    {
        var hasCores = tensors.Has(FirstCore) || tensors.Has(SecondCore);
        string[] pairs = [FirstOut, FirstIn, SecondOut, SecondIn];
        tensors.Require(hasCores ? [.. pairs, FirstCore, SecondCore] : pairs, DoraMagnitude.Name);
        (_layer, var device) = (layer, layer.Weight.device);
        Rank = (int)tensors.Find(FirstIn)!.shape[0];
        long[] outputs = hasCores ? [Rank, layer.Outputs] : [layer.Outputs, Rank];
        long[] inputs = [Rank, hasCores ? layer.Inputs : layer.Inputs * layer.Kernel.Aggregate(1L, (a, b) => a * b)];
        _firstOut = tensors.Parameter(FirstOut, device, outputs);
        _firstIn = tensors.Parameter(FirstIn, device, inputs);
        _secondOut = tensors.Parameter(SecondOut, device, outputs);
        _secondIn = tensors.Parameter(SecondIn, device, inputs);
        _cores = hasCores ? (Core(tensors, FirstCore), Core(tensors, SecondCore)) : null;
        Parameters = [_firstOut, _firstIn, _secondOut, _secondIn, .. _cores is { } cores ? new[] { cores.First, cores.Second } : []];
    }

    public int Rank { get; }

    public IReadOnlyList<AdapterParameter> Parameters { get; }

    /// <summary>Normal with deviations of 1 (b) and 0.1 (a, cores); <c>hada_w2_a</c> is zero, so that training starts at the unchanged model.</summary>
    public static IReadOnlyDictionary<string, Tensor> Initial(AdaptedLayer layer, int rank, bool useTucker, Generator generator)
    {
        var hasCores = useTucker && layer.IsSpatial;
        var inputs = hasCores ? layer.Inputs : layer.Inputs * layer.Kernel.Aggregate(1L, (a, b) => a * b);
        long[] outputs = hasCores ? [rank, layer.Outputs] : [layer.Outputs, rank];
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            [FirstIn] = randn([rank, inputs], generator: generator),
            [FirstOut] = randn(outputs, generator: generator).mul_(0.1),
            [SecondIn] = randn([rank, inputs], generator: generator),
            [SecondOut] = zeros(outputs),
        };
        if (!hasCores)
            return values;
        values[FirstCore] = randn([rank, rank, .. layer.Kernel], generator: generator).mul_(0.1);
        values[SecondCore] = randn([rank, rank, .. layer.Kernel], generator: generator).mul_(0.1);
        return values;
    }

    public Tensor Product()
    {
        using var scope = NewDisposeScope();
        return (Factor(_firstOut, _firstIn, _cores?.First) * Factor(_secondOut, _secondIn, _cores?.Second)).reshape(_layer.Shape).MoveToOuterDisposeScope();
    }

    public Tensor Branch(Tensor input, BranchDropout? dropout)
    {
        using var scope = NewDisposeScope();
        var output = _layer.Apply(input, Product().to(input.dtype));
        return (dropout?.Apply(output, channelsLast: !_layer.IsConvolution) ?? output).MoveToOuterDisposeScope();
    }

    private AdapterParameter Core(AdapterTensors tensors, string name) => tensors.Parameter(name, _layer.Weight.device, [Rank, Rank, .. _layer.Kernel]);

    private static Tensor Factor(AdapterParameter outputs, AdapterParameter inputs, AdapterParameter? core) =>
        core is null ? outputs.Value.mm(inputs.Value) : TuckerProduct.Of(core.Value, outputs.Value, inputs.Value);
}
