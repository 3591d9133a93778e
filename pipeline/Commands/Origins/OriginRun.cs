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
        if (LoraClaim.TryRead(path) is { } claim)
        {
            return _index.Find(claim.Key) is { } known
                ? Of(name, hash, known) with { Note = "Its bytes are not those that the cache knows: it was changed since, or made elsewhere. This is what the key in its metadata stands for." }
                : new Origin(name, hash, Steps($"Train {claim.Name}", Of(claim))) { Note = "Its result is not in this cache: this is what its own metadata says, in which a training's settings stand as `ss_*`." };
        }

        var infotext = path.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? PagePictures.InfotextOf(path) : null;
        throw new InvalidDataException(
            $"'{name}' (SHA-256 {hash}) is no result of this cache, and does not say itself what it came from{(infotext is null ? "" : $"; its infotext: {infotext.ReplaceLineEndings(" ⏎ ")}")}.");
    }

    private OriginResult Of(LoraClaim claim)
    {
        var files = claim.Files.ToLookup(file => _index.Maker(file.Value, file.Key) is null);
        return new OriginResult(claim.Name, claim.Key)
        {
            Settings = [.. claim.TellingSettings],
            Environment = [.. claim.Versions],
            Files = [.. files[true].Select(file => new OriginFile(file.Key, file.Key, file.Value, OriginFileState.Unknown))],
            Parts = [.. files[false].Select(file => Part(file.Key, file.Key, file.Value))],
            Entries = [.. claim.Files.Select(file => new FingerprintEntry(EntryKind.File, file.Key, file.Key, file.Value)), .. claim.Versions.Select(pair => FingerprintEntry.Environment(pair.Key, pair.Value))],
        };
    }

    private OriginResult Of(KnownResult known) => new(known.Result.Item, known.Key)
    {
        From = known.Result.From,
        Made = known.Stored,
        Took = known.Result.Duration,
        Settings = [.. known.Result.Entries.Where(entry => entry.Kind == EntryKind.Parameter).Select(Value)],
        Environment = [.. known.Result.Entries.Where(entry => entry.Kind is EntryKind.Environment || entry is { Kind: EntryKind.Code, Role: "code version" }).Select(Value)],
        Files = [.. known.Result.Entries.Where(entry => entry.Kind == EntryKind.File).Select(entry => new OriginFile(entry.Role, entry.Description, entry.Hash!.Value, StateOf(entry)))],
        Parts = [.. known.Result.Entries.Where(entry => entry.Kind == EntryKind.Output).Select(entry => Part(entry.Role, entry.Description, entry.Hash!.Value))],
        Entries = known.Result.Entries,
    };

    private static KeyValuePair<string, string> Value(FingerprintEntry entry) => new(entry.Role, entry.Items is null ? entry.Description : $"[{entry.Description}]");

    private OriginPart Part(string role, string path, ContentHash hash)
    {
        var maker = _index.Maker(hash, path);
        return new OriginPart(role, path, hash) { Stage = maker?.Result.Stage, Key = maker?.Key };
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
