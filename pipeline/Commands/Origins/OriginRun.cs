using System.Text.Json;
using Slipway.Diffusion.Files;
using Slipway.Engine.Caching;
using Slipway.Pipeline.Reports;

namespace Slipway.Pipeline.Commands.Origins;

/// <summary>Finds out what a file came from: in the cache, by its content; of a LoRA that the cache does not know, in its own metadata.</summary>
public sealed class OriginRun
{
    private const int ShortestHash = 8;
    private readonly Cache _cache;
    private readonly string _folder;
    private readonly ResultIndex _index;

    /// <param name="cache">The cache.</param>
    /// <param name="folder">Full path of the folder that paths are relative to; what is not there is looked for in the workspace.</param>
    public OriginRun(Cache cache, string folder) => (_cache, _folder, _index) = (cache, folder, ResultIndex.Read(cache));

    /// <summary>The history of a file.</summary>
    /// <param name="output">A path, or the SHA-256 of a file, whole or its beginning.</param>
    /// <exception cref="FileNotFoundException">There is no such file, and nothing in the cache has such a hash.</exception>
    /// <exception cref="InvalidDataException">Neither the cache nor the file itself says what it came from.</exception>
    public Origin Explain(string output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (PathOf(output) is not { } path)
            return OfHash(output);
        var hash = _cache.Hasher.Hash(path);
        return _index.Maker(hash, path) is { } maker ? Of(output, hash, maker) : OfMetadata(output, path, hash);
    }

    private Origin OfHash(string text)
    {
        if (text.Length is < ShortestHash or > 2 * ContentHash.Size || !text.All(char.IsAsciiHexDigit))
            throw new FileNotFoundException($"'{text}' is no file here, and no SHA-256 (its first {ShortestHash} digits are enough); name a file such as artifacts/lora/x.safetensors.", text);
        return _index.StartingWith(text) switch
        {
            [var hash] => Of(text, hash, _index.Maker(hash)!),
            [] => throw new FileNotFoundException($"No result of the cache has a file whose SHA-256 begins with {text}.", text),
            var several => throw new InvalidDataException($"The SHA-256 of {several.Count} files begin with {text}: {string.Join(", ", several.Take(5))}; give more digits."),
        };
    }

    private string? PathOf(string output) => new[] { _folder, _cache.Workspace }.Select(folder => Path.GetFullPath(output, folder)).FirstOrDefault(File.Exists);

    private Origin Of(string name, ContentHash hash, KnownResult maker) => new(name, hash, Steps(maker.Result.Stage, Of(maker)));

    /// <summary>What the file says of itself; what gave its inputs may be in the cache all the same.</summary>
    private Origin OfMetadata(string name, string path, ContentHash hash)
    {
        var metadata = MetadataOf(path);
        if (metadata?.GetValueOrDefault("slipway.fingerprint") is { } text && ContentHash.TryParse(text, out var key))
        {
            var known = _index.Find(key);
            var stage = known?.Result.Stage ?? $"Train {metadata.GetValueOrDefault("ss_output_name")}";
            return new Origin(name, hash, Steps(stage, known is null ? FromManifest(key, metadata) : Of(known)))
            {
                Note = known is null
                    ? "Its result is not in this cache: this is what its own metadata says, in which a training's settings stand as `ss_*`."
                    : "Its bytes are not those that the cache knows: it was changed since, or made elsewhere. This is what the key in its metadata stands for.",
            };
        }

        var infotext = path.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? PagePictures.InfotextOf(path) : null;
        throw new InvalidDataException(
            $"'{name}' (SHA-256 {hash}) is no result of this cache, and does not say itself what it came from{(infotext is null ? "" : $"; its infotext: {infotext.ReplaceLineEndings(" ⏎ ")}")}.");
    }

    private static IReadOnlyDictionary<string, string>? MetadataOf(string path)
    {
        if (!path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            return null;
        using var file = SafetensorsFile.Open(path);
        return file.Metadata;
    }

    private OriginResult FromManifest(ContentHash key, IReadOnlyDictionary<string, string> metadata)
    {
        var entries = Pairs(metadata, "slipway.manifest").Where(pair => ContentHash.TryParse(pair.Value, out _))
            .Select(pair => (pair.Key, Hash: ContentHash.TryParse(pair.Value, out var hash) ? hash : default))
            .Select(pair => new FingerprintEntry(_index.Maker(pair.Hash, pair.Key) is null ? EntryKind.File : EntryKind.Output, pair.Key, pair.Key, pair.Hash)).ToList();
        return new OriginResult(metadata.GetValueOrDefault("ss_output_name") ?? "", key)
        {
            Settings = [.. metadata.Where(pair => IsSetting(pair.Key, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal)],
            Environment = [.. Pairs(metadata, "slipway.versions")],
            Files = [.. entries.Where(entry => entry.Kind == EntryKind.File).Select(entry => new OriginFile(entry.Role, entry.Role, entry.Hash!.Value, OriginFileState.Unknown))],
            Parts = [.. entries.Where(entry => entry.Kind == EntryKind.Output).Select(Part)],
            Entries = entries,
        };
    }

    // What sd-scripts writes at rest, and the lists of tags and folders, are no settings that tell anything.
    private static bool IsSetting(string key, string value) => key.StartsWith("ss_", StringComparison.Ordinal) && value is not ("None" or "False" or "{}") && value.Length <= 200;

    private static Dictionary<string, string> Pairs(IReadOnlyDictionary<string, string> metadata, string key)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(metadata.GetValueOrDefault(key) ?? "{}") ?? [];
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The metadata `{key}` is not as Slipway writes it: {exception.Message}", exception);
        }
    }

    private OriginResult Of(KnownResult known) => new(known.Result.Item, known.Key)
    {
        Made = known.Stored,
        Took = known.Result.Duration,
        Settings = [.. known.Result.Entries.Where(entry => entry.Kind == EntryKind.Parameter).Select(Value)],
        Environment = [.. known.Result.Entries.Where(entry => entry.Kind is EntryKind.Environment || entry is { Kind: EntryKind.Code, Role: "code version" }).Select(Value)],
        Files = [.. known.Result.Entries.Where(entry => entry.Kind == EntryKind.File).Select(entry => new OriginFile(entry.Role, entry.Description, entry.Hash!.Value, StateOf(entry)))],
        Parts = [.. known.Result.Entries.Where(entry => entry.Kind == EntryKind.Output).Select(Part)],
        Entries = known.Result.Entries,
    };

    private static KeyValuePair<string, string> Value(FingerprintEntry entry) => new(entry.Role, entry.Items is null ? entry.Description : $"[{entry.Description}]");

    private OriginPart Part(FingerprintEntry entry)
    {
        var maker = _index.Maker(entry.Hash!.Value, entry.Description);
        return new OriginPart(entry.Role, entry.Description, entry.Hash.Value) { Stage = maker?.Result.Stage, Key = maker?.Key };
    }

    private OriginFileState StateOf(FingerprintEntry entry)
    {
        var now = _cache.Hasher.TryHash(Path.Combine(_cache.Workspace, entry.Description));
        return now is null ? OriginFileState.Missing : now == entry.Hash ? OriginFileState.Same : OriginFileState.Changed;
    }

    /// <summary>The work behind a result, the nearest first; each result once.</summary>
    private List<OriginStep> Steps(string stage, OriginResult first)
    {
        var seen = new HashSet<ContentHash> { first.Key };
        var found = new List<(string Stage, OriginResult Result)> { (stage, first) };
        for (var i = 0; i < found.Count; i++)
        {
            foreach (var part in found[i].Result.Parts)
            {
                if (part.Key is { } key && seen.Add(key))
                    found.Add((part.Stage!, Of(_index.Find(key)!)));
            }
        }

        return
        [
            .. found.GroupBy(pair => pair.Stage, StringComparer.Ordinal)
                .Select(group => new OriginStep(group.Key, [.. group.Select(pair => pair.Result).OrderBy(result => result.Item, StringComparer.Ordinal)])),
        ];
    }
}
