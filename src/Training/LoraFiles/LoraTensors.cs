using Slipway.Diffusion.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>The tensors of a LoRA file by their layer and their part of it, such as <c>lora_down.weight</c>.</summary>
/// <param name="file">Disposed with this.</param>
internal sealed class LoraTensors(SafetensorsFile file) : IDisposable
{
    /// <summary>What is wrong with a file that has no layer.</summary>
    public const string Nothing = "it holds no tensor of a LoRA";

    private readonly SortedDictionary<string, Dictionary<string, string>> _layers = new(StringComparer.Ordinal);
    private readonly List<string> _unknown = [];

    /// <summary>The file.</summary>
    public SafetensorsFile File { get; } = file;

    /// <summary>Names of its layers.</summary>
    public IReadOnlyCollection<string> Names => _layers.Keys;

    /// <summary>Keys that <see cref="Sort"/> found no layer for.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    /// <summary>Sorts the file's keys, once.</summary>
    /// <param name="find">The layer and the part that a key names; null for a key that is not understood.</param>
    /// <returns>Keys that say the same thing twice, a line each.</returns>
    public IEnumerable<string> Sort(Func<string, (string Layer, string Part)?> find)
    {
        foreach (var key in File.Tensors.Keys)
        {
            if (find(key) is not var (layer, part))
                _unknown.Add(key);
            else if (!(_layers.TryGetValue(layer, out var parts) ? parts : _layers[layer] = new(StringComparer.Ordinal)).TryAdd(part, key))
                yield return $"{key}: is there twice, as {_layers[layer][part]} too";
        }
    }

    /// <summary>The shape of a part; null where the layer has none.</summary>
    public long[]? Shape(string layer, string part) => _layers[layer].TryGetValue(part, out var key) ? [.. File.Tensors[key].Shape] : null;

    /// <summary>The element type of a part that is there.</summary>
    public ScalarType Type(string layer, string part) => File.Tensors[_layers[layer][part]].Type;

    /// <summary>A part; null where the layer has none.</summary>
    public Tensor? Read(string layer, string part, ScalarType type) => _layers[layer].TryGetValue(part, out var key) ? File.Read(key, type) : null;

    /// <summary>All parts of a layer but its alpha.</summary>
    public Dictionary<string, Tensor> ReadAll(string layer, ScalarType type) => Parts(layer, key => File.Read(key, type));

    /// <summary>The same without memory, on the <c>meta</c> device.</summary>
    /// <exception cref="ArgumentException">A part is a single number.</exception>
    public Dictionary<string, Tensor> Outlines(string layer) => Parts(layer, key => File.Tensors[key].Shape is { Count: > 0 } shape
        ? empty([.. shape], device: META)
        : throw new ArgumentException($"{key}: expected at least one side, found []", nameof(layer)));

    /// <summary>A layer's alpha; null where the file says none.</summary>
    public double? Alpha(string layer) => Read(layer, LoraKeys.Alpha, ScalarType.Float64)?.item<double>();

    /// <summary>What is wrong with a layer's alpha; null where nothing is.</summary>
    public string? AlphaProblem(string layer)
    {
        if (Shape(layer, LoraKeys.Alpha) is not { } shape)
            return null;
        using var scope = NewDisposeScope();
        return shape.Aggregate(1L, (a, b) => a * b) == 1 && double.IsFinite(Alpha(layer)!.Value)
            ? null
            : $"{_layers[layer][LoraKeys.Alpha]}: expected a single finite number, found [{string.Join(", ", shape)}]";
    }

    /// <summary>The exception that says that a layer's values are no numbers.</summary>
    public InvalidDataException NotFinite(string layer) =>
        new($"{File.Path}: layer {layer} holds values that are no numbers; the training that made it has diverged.");

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    private Dictionary<string, Tensor> Parts(string layer, Func<string, Tensor> read) =>
        _layers[layer].Where(part => part.Key != LoraKeys.Alpha).ToDictionary(part => part.Key, part => read(part.Value), StringComparer.Ordinal);
}
