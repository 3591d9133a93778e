using System.Text.Json;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Files;

/// <summary>
/// Several safetensors files that a <c>*.safetensors.index.json</c> joins (transformers' and diffusers' sharded
/// checkpoints): its <c>weight_map</c> names the file of each tensor. Index and files must agree exactly.
/// </summary>
public sealed class ShardedSafetensors : ITensorSource
{
    private readonly Dictionary<string, SafetensorsFile> _shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TensorEntry Entry, SafetensorsFile Shard)> _tensors = new(StringComparer.Ordinal);

    private ShardedSafetensors(string path)
    {
        Path = path;
        Tensors = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; private set; }

    /// <summary>Opens the index and all files that it names, which lie beside it.</summary>
    /// <exception cref="FileNotFoundException">There is no such index.</exception>
    /// <exception cref="InvalidDataException">The index or a file is damaged, or they do not agree: everything is listed.</exception>
    public static ShardedSafetensors Open(string path)
    {
        var shards = new ShardedSafetensors(path);
        try
        {
            shards.OpenAll(ReadMap(path));
            return shards;
        }
        catch
        {
            shards.Dispose();
            throw;
        }
    }

    /// <summary>The files that an index names, in its order, with their paths; whether they are there is for <see cref="Open"/> to see.</summary>
    /// <exception cref="InvalidDataException">The index is damaged.</exception>
    public static IReadOnlyList<string> Files(string path) =>
        [.. ReadMap(path).Select(pair => pair.Value).Where(IsPlainName).Distinct(StringComparer.Ordinal).Select(file => Beside(path, file))];

    /// <inheritdoc/>
    public Tensor Read(string name, ScalarType? to = null) => Shard(name).Read(name, to);

    /// <inheritdoc/>
    public Tensor ReadRows(string name, long first, long count, ScalarType? to = null) => Shard(name).ReadRows(name, first, count, to);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in _shards.Values)
            shard.Dispose();
    }

    private void OpenAll(List<KeyValuePair<string, string>> map)
    {
        var problems = new List<string>();
        foreach (var file in map.Select(pair => pair.Value).Distinct(StringComparer.Ordinal))
            OpenShard(file, problems);
        foreach (var (name, file) in map)
        {
            if (!_shards.TryGetValue(file, out var shard))
                continue;
            if (!shard.Tensors.TryGetValue(name, out var entry))
                problems.Add($"{file} has no tensor '{name}'");
            else if (!_tensors.TryAdd(name, (entry, shard)))
                problems.Add($"tensor '{name}' is listed twice");
        }

        problems.AddRange(_shards.SelectMany(shard => shard.Value.Tensors.Keys
            .Where(name => !_tensors.TryGetValue(name, out var known) || known.Shard != shard.Value)
            .Select(name => $"{shard.Key} has the tensor '{name}', which the index does not place there")));
        if (problems.Count > 0)
            throw new InvalidDataException($"{Path} and its files do not agree:\n  {string.Join("\n  ", problems)}\nDownload the model anew.");
        Tensors = _tensors.ToDictionary(pair => pair.Key, pair => pair.Value.Entry, StringComparer.Ordinal);
    }

    private void OpenShard(string file, List<string> problems)
    {
        if (!IsPlainName(file))
            problems.Add($"'{file}' is no name of a file beside the index");
        else if (!File.Exists(Beside(Path, file)))
            problems.Add($"{file} is missing");
        else
            _shards.Add(file, SafetensorsFile.Open(Beside(Path, file)));
    }

    /// <summary>A name from an untrusted index must not lead out of its folder.</summary>
    private static bool IsPlainName(string file) => file is not ("" or "." or "..") && !file.AsSpan().ContainsAny('/', '\\', '\0') && !System.IO.Path.IsPathRooted(file);

    private static string Beside(string index, string file) => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(index)!, file);

    private SafetensorsFile Shard(string name) => _tensors.TryGetValue(name, out var tensor) ? tensor.Shard : throw new InvalidDataException($"{Path} has no tensor '{name}'.");

    // Entry by entry: a serializer would keep the last of a tensor that is listed twice.
    private static List<KeyValuePair<string, string>> ReadMap(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. json.RootElement.GetProperty("weight_map").EnumerateObject().Select(pair => KeyValuePair.Create(pair.Name, pair.Value.GetString() ?? ""))];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path} is damaged: expected JSON with a `weight_map` from tensors to files ({exception.Message}).", exception);
        }
    }
}
