using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Training.Networks.Adapters;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>The tensors of a checkpoint with the changes of LoRAs added, made one at a time as they are written.</summary>
internal sealed class MergedTensors
{
    private static readonly ScalarType[] FloatingPoint = [ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16];

    private readonly ModelWeights _weights;
    private readonly IReadOnlyList<(LoraReader File, LoraStrength Strength)> _loras;
    private readonly ScalarType? _precision;
    private readonly Action<int, int>? _progress;
    private readonly CancellationToken _cancel;
    private readonly ILookup<(ITensorSource Source, string Name), LoraTarget> _changed;
    private readonly List<(string Layer, double Error, double Norm)> _errors = [];
    private readonly int _all;
    private int _done;

    public MergedTensors(
        ModelWeights weights, IReadOnlyList<LoraTarget> targets, IReadOnlyList<(LoraReader File, LoraStrength Strength)> loras, ScalarType? precision, Action<int, int>? progress, CancellationToken cancel)
    {
        (_weights, _loras, _precision, _progress, _cancel) = (weights, loras, precision, progress, cancel);
        var names = loras.SelectMany(lora => lora.File.Names).ToHashSet(StringComparer.Ordinal);
        _changed = targets.Where(target => names.Contains(target.Name)).ToLookup(target => weights.Find(target.Path + ".weight"));
        _all = weights.Sources.Sum(part => part.Source.Tensors.Count);
    }

    /// <summary>Writes one of the model's files.</summary>
    public void Write(ITensorSource source, string path) => SafetensorsWriter.WriteOneByOne(
        path,
        source.Tensors.Values.Select(entry => new PendingTensor(entry.Name, TypeOf(entry), entry.Shape, () => Make(source, entry))),
        MetadataOf((source as SafetensorsFile)?.Metadata ?? new Dictionary<string, string>()));

    private static Dictionary<string, string> MetadataOf(IReadOnlyDictionary<string, string> source) =>
        SafetensorsWriter.Torch.Where(pair => !source.ContainsKey(pair.Key)).Concat(source.Where(pair => !pair.Key.StartsWith("modelspec.hash", StringComparison.Ordinal))).ToDictionary(StringComparer.Ordinal);

    /// <summary>Layers that were changed; how far the stored weights are from the sums, relative to the changes.</summary>
    public LoraFileReport Report() => new(_errors.Count, 0, 0, ApproximationError.FromLayers(_errors));

    private ScalarType TypeOf(TensorEntry entry) => _precision is { } type && FloatingPoint.Contains(entry.Type) ? type : entry.Type;

    private Tensor Make(ITensorSource source, TensorEntry entry)
    {
        _cancel.ThrowIfCancellationRequested();
        _progress?.Invoke(++_done, _all);
        var type = TypeOf(entry);
        if (!_changed.Contains((source, entry.Name)))
            return source.Read(entry.Name, type);
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var exact = source.Read(entry.Name, ScalarType.Float32);
        var norms = 0.0;
        foreach (var target in _changed[(source, entry.Name)])
        {
            var change = Change(target);
            norms += Math.Pow(change.norm().item<float>(), 2);
            _weights.Add(target.Path + ".weight", exact, change);
        }
        var stored = exact.to(type);
        _errors.Add((entry.Name, (stored.to(ScalarType.Float32) - exact).norm().item<float>(), Math.Sqrt(norms)));
        return stored.MoveToOuterDisposeScope();
    }

    private Tensor Change(LoraTarget target)
    {
        using var weight = _weights.Read(target.Path + ".weight", ScalarType.Float32);
        return _loras.Where(lora => lora.File.Names.Contains(target.Name)).Select(lora => lora.File.ReadChange(target, weight, lora.Strength.Of(target.Name))).Aggregate((sum, change) => sum.add_(change));
    }
}
