using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// Files by the key of what they were computed from, under <c>kept/ab/abcdef…</c>: intermediate results that stages would
/// otherwise compute again. No stage's result refers to them, so they are written without a flush (who reads one checks
/// its content) and go when nobody has used them for a while.
/// </summary>
/// <param name="root">Folder of the cache.</param>
/// <param name="warn">Takes a line about each that is not what was kept.</param>
public sealed class KeptFiles(string root, Action<string> warn)
{
    /// <summary>Name of the folder in the cache's.</summary>
    internal const string FolderName = "kept";

    private static readonly TimeSpan Grain = TimeSpan.FromDays(1);

    /// <summary>The file with this key, whose content its reader has to check; null when there is none.</summary>
    public string? Find(ContentHash key)
    {
        var path = PathOf(key);
        var type = FileStatus.TypeAt(path);
        if (type == FileType.Missing)
            return null;
        if (type != FileType.File)
        {
            warn($"The kept result {key} {FileStatus.Describe(type)}, not a file; it was removed and is computed again.");
            Remove(key);
            return null;
        }

        // The time of the last use, for the garbage collection.
        if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > Grain)
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        return path;
    }

    /// <summary>Keeps what is written; a reader sees all of it or nothing.</summary>
    public void Keep(ContentHash key, Action<Stream> write)
    {
        var path = PathOf(key);
        Obstacle.Overcome(root, path, () => AtomicFile.Write(path, write, flush: false));
    }

    /// <summary>Removes a file that turned out to be damaged.</summary>
    public void Remove(ContentHash key) => Obstacle.SetAside(root, PathOf(key));

    private string PathOf(ContentHash key) => HashedPath.Of(Path.Combine(root, FolderName), key);
}
