namespace Slipway.Engine.Caching;

/// <summary>What lies in a cache, by kind.</summary>
public static class CacheContents
{
    /// <summary>Folders that hold no results, and what to call what is in them; whatever else there is counts as records.</summary>
    private static readonly Dictionary<string, string> Folders = new(StringComparer.Ordinal)
    {
        ["checkpoints"] = "checkpoints",
        [KeptFiles.FolderName] = "kept tensors",
        ["tmp"] = "temporary files",
        ["work"] = "temporary files",
    };

    /// <summary>Where a workspace that shares a store has what it made before.</summary>
    private static readonly HashSet<string> Before = new([ContentStore.FolderName, ActionCache.FolderName, KeptFiles.FolderName], StringComparer.Ordinal);

    /// <summary>Results by the kind of job that gave them, and all else; the largest first.</summary>
    public static IReadOnlyList<CachePart> Of(Cache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        var kinds = new Dictionary<ContentHash, string>();
        foreach (var key in cache.Actions.All())
        {
            cache.Actions.Inspect(key, out var result);
            var kind = result?.Entries.FirstOrDefault(entry => entry is { Kind: EntryKind.Code, Role: "kind" })?.Description ?? "results";
            foreach (var output in result?.Outputs ?? [])
                kinds.TryAdd(output.Blob.Hash, kind);
        }

        var results = cache.Content.Hashes().Select(hash => (Name: kinds.GetValueOrDefault(hash, "results that no record names"), Path: cache.Content.PathOf(hash)));
        var others = new[] { cache.Store, cache.Root }.Distinct(StringComparer.Ordinal).Where(Directory.Exists)
            .SelectMany(root => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(path => (Root: root, Folder: Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar)[0], Path: path)))
            .Where(file => file.Root != cache.Store || file.Folder != ContentStore.FolderName)
            .Select(file => (Name: file.Root != cache.Store && Before.Contains(file.Folder) ? $"in {Cache.FolderName}, from before the store was shared" : Folders.GetValueOrDefault(file.Folder, "records"), file.Path));
        return
        [
            .. results.Concat(others).Select(file => (file.Name, Info: new FileInfo(file.Path))).Where(file => file.Info.Exists)
                .GroupBy(file => file.Name, file => file.Info.Length, StringComparer.Ordinal)
                .Select(group => new CachePart(group.Key, group.Count(), group.Sum()))
                .OrderByDescending(part => part.Bytes).ThenBy(part => part.Name, StringComparer.Ordinal),
        ];
    }
}

/// <summary>One kind of what a cache holds.</summary>
/// <param name="Name">The kind of job whose results they are, or what else it is.</param>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">Their length together.</param>
public sealed record CachePart(string Name, int Files, long Bytes);
