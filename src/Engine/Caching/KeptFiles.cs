namespace Slipway.Engine.Caching;

/// <summary>
/// Files by the key of what they were computed from, under <c>kept/ab/abcdef…</c>: intermediate results that stages would
/// otherwise compute again. No stage's result refers to them, so they are written without a flush (who reads one checks
/// its content) and go when nobody has used them for a while.
/// </summary>
/// <param name="root">Folder of the cache.</param>
public sealed class KeptFiles(string root)
{
    /// <summary>Name of the folder in the cache's.</summary>
    internal const string FolderName = "kept";

    private static readonly TimeSpan Grain = TimeSpan.FromDays(1);

    /// <summary>The file with this key; null when there is none.</summary>
    public string? Find(ContentHash key)
    {
        var file = new FileInfo(PathOf(key));
        if (!file.Exists)
            return null;
        // The time of the last use, for the garbage collection.
        if (DateTime.UtcNow - file.LastWriteTimeUtc > Grain)
            file.LastWriteTimeUtc = DateTime.UtcNow;
        return file.FullName;
    }

    /// <summary>Keeps what is written; a reader sees all of it or nothing.</summary>
    public void Keep(ContentHash key, Action<Stream> write)
    {
        var path = PathOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
                write(stream);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Removes a file that turned out to be damaged.</summary>
    public void Remove(ContentHash key) => File.Delete(PathOf(key));

    private string PathOf(ContentHash key)
    {
        var text = key.ToString();
        return Path.Combine(root, FolderName, text[..2], text);
    }
}
