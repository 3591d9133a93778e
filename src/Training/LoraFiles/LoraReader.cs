using Slipway.Diffusion.Files;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>Makes a network of a LoRA file's tensors; what does not fit is collected, and nothing is passed over.</summary>
internal sealed class LoraReader
{
    private readonly SafetensorsFile _file;
    private readonly AdapterConfiguration? _configuration;
    private readonly Dictionary<string, Dictionary<string, string>> _keys = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];

    /// <exception cref="InvalidDataException">The adapter's configuration is no JSON.</exception>
    public LoraReader(SafetensorsFile file) => (_file, _configuration) = (file, AdapterConfiguration.Of(file));

    /// <summary>The network, with the branches in the order of <paramref name="targets"/>.</summary>
    /// <exception cref="InvalidDataException">Keys that are not understood or are none of the model's, missing or mis-shaped tensors: all are listed.</exception>
    public LoraNetwork Read(IReadOnlyList<LoraTarget> targets)
    {
        Sort(new LoraKeys(targets));
        var modules = targets.Where(target => _keys.ContainsKey(target.Name)).Select(Module).OfType<LoraModule>().ToList();
        if (_keys.Count == 0 && _problems.Count == 0)
            _problems.Add("it holds no tensor of a LoRA");
        if (_problems.Count == 0)
            return new LoraNetwork(modules) { Metadata = _file.Metadata };
        modules.ForEach(module => module.Dispose());
        throw new InvalidDataException($"LoRA file {_file.Path} does not fit the model: {string.Join("; ", _problems)}. Use a LoRA that was trained on this model.");
    }

    private void Sort(LoraKeys names)
    {
        var unknown = new List<string>();
        foreach (var key in _file.Tensors.Keys)
        {
            if (names.Find(key) is not var (target, part))
                unknown.Add(key);
            else if (!(_keys.TryGetValue(target.Name, out var parts) ? parts : _keys[target.Name] = []).TryAdd(part, key))
                _problems.Add($"{key}: is there twice, as {_keys[target.Name][part]} too");
        }
        _problems.AddRange(ForeignAdapters.Problems(unknown));
    }

    private LoraModule? Module(LoraTarget target)
    {
        using var scope = NewDisposeScope();
        try
        {
            var tensors = _keys[target.Name].Where(part => part.Key != LoraKeys.Alpha).ToDictionary(part => part.Key, part => Tensor(part.Value), StringComparer.Ordinal);
            return new LoraModule(target, Alpha(target, tensors.GetValueOrDefault(LowRankChange.Down)), _ => tensors);
        }
        catch (ArgumentException exception)
        {
            _problems.Add(exception.Message);
            return null;
        }
    }

    private Tensor Tensor(string key) => _file.Read(key).to(ScalarType.Float32) is { ndim: > 0 } tensor ? tensor : throw Misshaped(key, "at least one side");

    // Where nobody says an alpha it is the rank, which is what LoraModule makes of 0.
    private double Alpha(LoraTarget target, Tensor? down)
    {
        if (!_keys[target.Name].TryGetValue(LoraKeys.Alpha, out var key))
            return down is null ? 0 : _configuration?.Alpha(target, (int)down.shape[0]) ?? 0;
        var alpha = _file.Tensors[key].Shape.Aggregate(1L, (a, b) => a * b) == 1 ? _file.Read(key).to(ScalarType.Float64).item<double>() : double.NaN;
        return double.IsFinite(alpha) ? alpha : throw Misshaped(key, "a single finite number");
    }

    private ArgumentException Misshaped(string key, string expected) => new($"{key}: expected {expected}, found [{string.Join(", ", _file.Tensors[key].Shape)}].");
}
