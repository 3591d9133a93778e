namespace Slipway.Engine.Files;

/// <summary>Files that are either the old ones or the new ones, whatever happens in between.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside the target, flushes to the disk and renames over it. The folder is made where it is missing.</summary>
    /// <param name="path">The file to write or to replace.</param>
    /// <param name="bytes">Its new content.</param>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = Begin(path);
        try
        {
            using (var stream = Create(temporary, bufferSize: 0))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            Rename(temporary, path);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    /// <summary>The same with a content that is written piece by piece. When <paramref name="write"/> throws, the old file stays.</summary>
    /// <param name="path">The file to write or to replace.</param>
    /// <param name="write">Writes the content into the stream, which can also be read and sought.</param>
    /// <param name="flush">Whether it must outlive a power cut. Without, the file may be empty after one: only for what its reader checks.</param>
    /// <param name="check">Looks at the whole new file, by its temporary path, before it gets its name; when it throws, the old file stays.</param>
    public static void Write(string path, Action<Stream> write, bool flush = true, Action<string>? check = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        var temporary = Begin(path);
        try
        {
            using (var stream = Create(temporary, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flush);
            }

            check?.Invoke(temporary);
            Rename(temporary, path);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    /// <summary>The temporary name begins with a dot, so that nobody who lists the folder takes it for a file of its own.</summary>
    private static string Begin(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
    }

    /// <summary>Gives a file, written whole, its name, in place of what has that name.</summary>
    internal static void Rename(string temporary, string path)
    {
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch (FileNotFoundException) when (File.Exists(path) && !File.Exists(temporary))
        {
            // A network file system that asks twice is told the second time that there is nothing to rename.
        }
    }

    // What went wrong before is what the caller must hear of.
    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static FileStream Create(string path, int bufferSize) =>
        new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize);
}
