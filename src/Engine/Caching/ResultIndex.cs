namespace Slipway.Engine.Caching;

/// <summary>The results of a cache by what they gave: every record is read once, so that a file can be asked where it came from.</summary>
public sealed class ResultIndex
{
    private readonly Dictionary<ContentHash, KnownResult> _byKey = [];
    private readonly ILookup<ContentHash, KnownResult> _byOutput;

    private ResultIndex(IReadOnlyList<KnownResult> results)
    {
        foreach (var result in results)
            _byKey[result.Key] = result;
        _byOutput = results.SelectMany(result => result.Result.Outputs.Select(output => output.Blob.Hash).Distinct().Select(hash => (hash, result))).ToLookup(pair => pair.hash, pair => pair.result);
    }

    /// <summary>Reads all records; those that are damaged are passed over.</summary>
    public static ResultIndex Read(Cache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        var results = new List<KnownResult>();
        foreach (var key in cache.Actions.All())
        {
            cache.Actions.Inspect(key, out var result);
            if (result is not null)
                results.Add(new KnownResult(key, result, new DateTimeOffset(File.GetLastWriteTimeUtc(cache.Actions.PathOf(key)), TimeSpan.Zero)));
        }

        return new ResultIndex([.. results.OrderByDescending(result => result.Stored).ThenBy(result => result.Key.ToString(), StringComparer.Ordinal)]);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<KnownResult> All => _byKey.Values;

    /// <summary>The result with this key; null where the cache has none.</summary>
    public KnownResult? Find(ContentHash key) => _byKey.GetValueOrDefault(key);

    /// <summary>
    /// The result that gave a file with this content; null where the cache has none. Several may have given it: one that has read just that content has only
    /// copied it, and counts last; that of the item which has the file's name counts first, then the newest.
    /// </summary>
    /// <param name="content">Hash of the file.</param>
    /// <param name="path">What the file is called; null where that is not known.</param>
    public KnownResult? Maker(ContentHash content, string? path = null)
    {
        var item = Path.GetFileNameWithoutExtension(path);
        return _byOutput[content]
            .OrderBy(result => result.Result.Entries.Any(entry => entry.Kind == EntryKind.Output && entry.Hash == content) ? 1 : 0)
            .ThenBy(result => result.Result.Item == item ? 0 : 1)
            .FirstOrDefault();
    }

    /// <summary>The contents whose hashes begin so, of all files that were given.</summary>
    public IReadOnlyList<ContentHash> StartingWith(string hash) => [.. _byOutput.Select(group => group.Key).Where(content => content.ToString().StartsWith(hash, StringComparison.OrdinalIgnoreCase))];
}

/// <summary>A result of the cache.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Result">What it gave, and of what.</param>
/// <param name="Stored">When its record was written.</param>
public sealed record KnownResult(ContentHash Key, ActionResult Result, DateTimeOffset Stored);
