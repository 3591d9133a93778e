using Slipway.Diffusion.Files;
using Slipway.Diffusion.Modules;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// The branches of a LoRA file of any kind and spelling that is read, for a model that is known by its layers alone: one branch
/// is made at a time. The file is checked as a whole when it is opened.
/// </summary>
internal sealed class LoraBranches : IDisposable
{
    private readonly SafetensorsFile _file;
    private readonly AdapterConfiguration? _configuration;
    private readonly double _strength;
    private readonly Dictionary<string, Dictionary<string, string>> _layers = new(StringComparer.Ordinal);

    private LoraBranches(SafetensorsFile file, double strength) => (_file, _configuration, _strength) = (file, AdapterConfiguration.Of(file), strength);

    /// <summary>sd-scripts' names of its layers.</summary>
    public IReadOnlyCollection<string> Names => _layers.Keys;

    /// <summary>Opens a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">Keys that are not understood, missing or mis-shaped tensors: all problems at once.</exception>
    public static LoraBranches Open(string path, double strength, IReadOnlyList<LoraTarget> targets)
    {
        var branches = new LoraBranches(SafetensorsFile.Open(path), strength);
        var problems = branches.Sort(new LoraKeys(targets)).Concat(targets.Where(target => branches._layers.ContainsKey(target.Name)).Select(branches.Problem).OfType<string>()).ToList();
        if (branches._layers.Count == 0 && problems.Count == 0)
            problems.Add("it holds no tensor of a LoRA");
        if (problems.Count == 0)
            return branches;
        branches.Dispose();
        throw new InvalidDataException($"LoRA file {path} does not fit the model: {string.Join("; ", problems)}. Use a LoRA that was trained on this model.");
    }

    /// <summary>What it adds to the weight of a layer, in its shape, at the file's strength.</summary>
    /// <param name="target">The layer, with memory or without.</param>
    /// <param name="weight">Its weight, float32: a DoRA's change depends on it.</param>
    /// <exception cref="InvalidDataException">It holds values that are no numbers.</exception>
    public Tensor Change(LoraTarget target, Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var layer = target.Layer is Conv2d conv
            ? (nn.Module)nn.Conv2d(conv.in_channels, conv.out_channels, (conv.kernel_size[0], conv.kernel_size[1]), bias: false, device: META)
            : nn.Linear(weight.shape[1], weight.shape[0], hasBias: false, device: META);
        new WeightSlots(layer).Fill("weight", weight.alias().DetachFromDisposeScope());
        using var module = new LoraModule(target with { Layer = layer }, Alpha(target), _ => Tensors(target, key => _file.Read(key, ScalarType.Float32))) { Multiplier = _strength };
        var change = module.Delta();
        return change.sum().isfinite().item<bool>()
            ? change.MoveToOuterDisposeScope()
            : throw new InvalidDataException($"{_file.Path}: layer {target.Name} holds values that are no numbers; the training that made it has diverged.");
    }

    public void Dispose() => _file.Dispose();

    private IEnumerable<string> Sort(LoraKeys names)
    {
        var unknown = new List<string>();
        foreach (var key in _file.Tensors.Keys)
        {
            if (names.Find(key) is not var (target, part))
                unknown.Add(key);
            else if (!(_layers.TryGetValue(target.Name, out var parts) ? parts : _layers[target.Name] = new(StringComparer.Ordinal)).TryAdd(part, key))
                yield return $"{key}: is there twice, as {_layers[target.Name][part]} too";
        }
        foreach (var problem in ForeignAdapters.Problems(unknown))
            yield return problem;
    }

    /// <summary>Makes the branch without memory, which tells whether all tensors are there and fit.</summary>
    private string? Problem(LoraTarget target)
    {
        try
        {
            using var scope = NewDisposeScope();
            new LoraModule(target, 1, _ => Tensors(target, key => empty([.. _file.Tensors[key].Shape], device: META))).Dispose();
            return _layers[target.Name].TryGetValue(LoraKeys.Alpha, out var key) && _file.Tensors[key].Shape.Aggregate(1L, (a, b) => a * b) != 1
                ? $"{key}: expected a single number, found [{string.Join(", ", _file.Tensors[key].Shape)}]"
                : null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    private Dictionary<string, Tensor> Tensors(LoraTarget target, Func<string, Tensor> read) =>
        _layers[target.Name].Where(part => part.Key != LoraKeys.Alpha).ToDictionary(part => part.Key, part => read(part.Value), StringComparer.Ordinal);

    // Where nobody says an alpha it is the rank, which is what LoraModule makes of 0.
    private double Alpha(LoraTarget target)
    {
        var parts = _layers[target.Name];
        if (parts.TryGetValue(LoraKeys.Alpha, out var key))
            return _file.Read(key, ScalarType.Float64).item<double>();
        return parts.TryGetValue(LowRankChange.Down, out var down) ? _configuration?.Alpha(target, (int)_file.Tensors[down].Shape[0]) ?? 0 : 0;
    }
}
