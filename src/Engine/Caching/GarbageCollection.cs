namespace Slipway.Engine.Caching;

/// <summary>Removes from the cache what none of the last runs of any stage refers to.</summary>
public static class GarbageCollection
{
    /// <summary>Things younger than this stay, so that a run that is under way loses nothing.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>Checkpoints of runs that were killed stay this long: they are there to go on from.</summary>
    public static readonly TimeSpan CheckpointAge = TimeSpan.FromDays(14);

    /// <summary>Intermediate results stay this long after their last use.</summary>
    public static readonly TimeSpan KeptAge = TimeSpan.FromDays(30);

    /// <param name="cache">The cache.</param>
    /// <param name="keep">How many different runs of each stage and profile to keep.</param>
    /// <param name="grace">Age from which things may go; null means <see cref="Grace"/>.</param>
    /// <returns>How many files went, and how many bytes.</returns>
    public static (int Files, long Bytes) Collect(Cache cache, int keep, TimeSpan? grace = null)
    {
        var actions = new HashSet<ContentHash>();
        var blobs = new HashSet<ContentHash>();
        foreach (var key in cache.Records.Recent(keep))
        {
            actions.Add(key);
            foreach (var item in cache.Actions.TryGetManifest(key)?.Items ?? [])
            {
                actions.Add(item.Key);
                blobs.UnionWith(item.Outputs.Select(output => output.Blob.Hash));
            }
        }

        var before = DateTime.UtcNow - (grace ?? Grace);
        var gone = cache.Actions.All().Where(key => !actions.Contains(key)).Select(cache.Actions.PathOf)
            .Concat(cache.Content.All().Where(blob => !blobs.Contains(blob.Hash)).Select(blob => cache.Content.PathOf(blob.Hash)))
            .Concat(FilesBelow(cache, "tmp"))
            .Concat(FilesBelow(cache, "work"))
            .ToList();
        var (files, bytes) = Delete(gone, before);
        var (oldFiles, oldBytes) = Delete(FilesBelow(cache, "checkpoints"), DateTime.UtcNow - CheckpointAge);
        var (unusedFiles, unusedBytes) = Delete(FilesBelow(cache, KeptFiles.FolderName), DateTime.UtcNow - KeptAge);
        return (files + oldFiles + unusedFiles, bytes + oldBytes + unusedBytes);
    }

    private static string[] FilesBelow(Cache cache, string name)
    {
        var folder = Path.Combine(cache.Root, name);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }

    private static (int Files, long Bytes) Delete(IEnumerable<string> paths, DateTime before)
    {
        var (files, bytes) = (0, 0L);
        foreach (var file in paths.Select(path => new FileInfo(path)).Where(file => file.Exists && file.LastWriteTimeUtc < before))
        {
            bytes += file.Length;
            files++;
            file.Delete();
        }

        return (files, bytes);
    }
}
