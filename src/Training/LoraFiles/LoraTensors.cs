using System.Globalization;
using Slipway.Diffusion.Files;
using Slipway.Training.Networks.Adapters;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>The tensors of a LoRA file by their layer and their part of it, such as <c>lora_down.weight</c>.</summary>
/// <param name="file">Disposed with this.</param>
internal sealed class LoraTensors(SafetensorsFile file) : IDisposable
{
    /// <summary>What is wrong with a file that has no layer.</summary>
    public const string Nothing = "it holds no tensor of a LoRA";

    private readonly SortedDictionary<string, Dictionary<string, string>> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly List<string> _unknown = [];
    private readonly AdapterConfiguration? _configuration = AdapterConfiguration.Find(file);

    /// <summary>The file.</summary>
    public SafetensorsFile File { get; } = file;

    /// <summary>Names of its layers, sd-scripts' where the layer is known.</summary>
    public IReadOnlyCollection<string> Names => _layers.Keys;

    /// <summary>Keys that <see cref="Sort"/> found no layer for.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    /// <summary>Embeddings that the file brings along (<c>bundle_emb</c>), by the words that call them.</summary>
    public IReadOnlyList<string> Embeddings { get; private set; } = [];

    /// <summary>What a reader leaves out of the file: a line each.</summary>
    public IEnumerable<string> Remarks => Embeddings.Select(word =>
        $"{File.Path}: the embedding `{word}` that comes with the LoRA is left out: no textual inversion is read here, so the word `{word}` in a prompt is a word as any other.");

    /// <summary>Sorts the file's keys, once.</summary>
    /// <param name="find">The layer and the part that a key names; null for a key that is not understood.</param>
    /// <returns>Keys that say the same thing twice, a line each.</returns>
    public IReadOnlyList<string> Sort(Func<string, (LayerName Layer, string Part)?> find)
    {
        var twice = new List<string>();
        foreach (var key in File.Tensors.Keys.Where(key => !BundledEmbedding.IsKey(key)))
        {
            if (find(key) is not var (layer, part))
            {
                _unknown.Add(key);
                continue;
            }
            _paths[layer.Name] = layer.Path;
            if (!(_layers.TryGetValue(layer.Name, out var parts) ? parts : _layers[layer.Name] = new(StringComparer.Ordinal)).TryAdd(part, key))
                twice.Add($"{key}: is there twice, as {_layers[layer.Name][part]} too");
        }
        Embeddings = BundledEmbedding.Words(File.Tensors.Keys);
        return twice;
    }

    /// <summary>What a layer has, its alpha too.</summary>
    public IEnumerable<string> PartsOf(string layer) => _layers[layer].Keys;

    /// <summary>Whether a layer has a part.</summary>
    public bool Has(string layer, string part) => _layers[layer].ContainsKey(part);

    /// <summary>The shape of a part; null where the layer has none.</summary>
    public long[]? Shape(string layer, string part) => _layers[layer].TryGetValue(part, out var key) ? [.. File.Tensors[key].Shape] : null;

    /// <summary>The element type of most of its tensors.</summary>
    public ScalarType MostlyOf() => File.Tensors.Values.Select(entry => entry.Type).CountBy(type => type).MaxBy(pair => pair.Value).Key;

    /// <summary>A part; null where the layer has none.</summary>
    /// <exception cref="InvalidDataException">It holds values that are no numbers.</exception>
    public Tensor? Read(string layer, string part, ScalarType type) => _layers[layer].TryGetValue(part, out var key) ? ReadFinite(layer, key, type) : null;

    /// <summary>All parts of a layer but its alpha.</summary>
    /// <exception cref="InvalidDataException">It holds values that are no numbers.</exception>
    public Dictionary<string, Tensor> ReadAll(string layer, ScalarType type) => Parts(layer, key => ReadFinite(layer, key, type));

    /// <summary>The same without memory, on the <c>meta</c> device.</summary>
    /// <exception cref="ArgumentException">A part is a single number.</exception>
    public Dictionary<string, Tensor> Outlines(string layer) => Parts(layer, key => File.Tensors[key].Shape is { Count: > 0 } shape
        ? empty([.. shape], device: META)
        : throw new ArgumentException($"{key}: expected at least one side, found []", nameof(layer)));

    /// <summary>A layer's alpha, of its tensor or of the adapter's configuration; 0, which stands for the rank, where nobody says one.</summary>
    /// <exception cref="InvalidDataException">It is no number.</exception>
    public double Alpha(string layer) => Written(layer)
        ?? (Shape(layer, LowRankChange.Down) is { } down ? _configuration?.Alpha(_paths[layer], (int)down[0]) ?? 0 : 0);

    /// <summary>What is wrong with a layer's alpha; null where nothing is.</summary>
    public string? AlphaProblem(string layer)
    {
        if (Shape(layer, LoraKeys.Alpha) is not { } shape)
            return null;
        using var scope = NewDisposeScope();
        var found = shape.Aggregate(1L, (a, b) => a * b) != 1 ? $"[{string.Join(", ", shape)}]" : double.IsFinite(Written(layer)!.Value) ? null : Written(layer)!.Value.ToString(CultureInfo.InvariantCulture);
        return found is null ? null : $"{_layers[layer][LoraKeys.Alpha]}: expected a single finite number, found {found}";
    }

    /// <summary>The exception that says that a layer's values are no numbers.</summary>
    public InvalidDataException NotFinite(string layer) =>
        new($"{File.Path}: layer {layer} holds values that are no numbers (NaN or infinite); the training that made it has diverged. Take an earlier save, or train again with a lower learning rate.");

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    private double? Written(string layer)
    {
        if (!_layers[layer].TryGetValue(LoraKeys.Alpha, out var key))
            return null;
        using var alpha = File.Read(key, ScalarType.Float64);
        return alpha.item<double>();
    }

    private Tensor ReadFinite(string layer, string key, ScalarType type)
    {
        var tensor = File.Read(key, type);
        using var isFinite = tensor.isfinite();
        using var all = isFinite.all();
        if (all.item<bool>())
            return tensor;
        tensor.Dispose();
        throw NotFinite(layer);
    }

    private Dictionary<string, Tensor> Parts(string layer, Func<string, Tensor> read) =>
        _layers[layer].Where(part => part.Key != LoraKeys.Alpha).ToDictionary(part => part.Key, part => read(part.Value), StringComparer.Ordinal);
}
