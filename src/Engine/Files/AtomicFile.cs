namespace Slipway.Engine.Files;

/// <summary>Files that are either the old ones or the new ones, whatever happens in between.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside the target, flushes to the disk and renames over it. The folder is made where it is missing.</summary>
    /// <param name="path">The file to write or to replace.</param>
    /// <param name="bytes">Its new content.</param>
    /// <param name="flush">Whether it must outlive a power cut. Without, the file may be empty after one: only for what its reader checks.</param>
    public static void Write(string path, ReadOnlySpan<byte> bytes, bool flush = true)
    {
        var temporary = NameBeside(path);
        try
        {
            using (var file = InFolder(temporary, name => File.OpenHandle(name, FileMode.CreateNew, FileAccess.Write, FileShare.None)))
            {
                RandomAccess.Write(file, bytes, 0);
                if (flush)
                    DiskFlush.Wait(file, path);
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
        var temporary = NameBeside(path);
        try
        {
            using (var stream = InFolder(temporary, name => new FileStream(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16)))
            {
                write(stream);
                stream.Flush();
                if (flush)
                    DiskFlush.Wait(stream.SafeFileHandle, path);
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
    private static string NameBeside(string path) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Guid.NewGuid():N}.tmp");

    /// <summary>Opens a file in a folder that is there nearly always: it is made where it turns out to be missing, which saves two questions a file.</summary>
    internal static T InFolder<T>(string path, Func<string, T> open)
    {
        try
        {
            return open(path);
        }
        catch (DirectoryNotFoundException)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return open(path);
        }
    }

    /// <summary>
    /// Gives a file that was written whole in another folder its name, in place of what has that name. It gets there under a temporary name first: from another file
    /// system it can only be copied, and half a copy must not have that name.
    /// </summary>
    internal static void Move(string file, string path)
    {
        var temporary = NameBeside(path);
        try
        {
            File.Move(file, temporary);
            Rename(temporary, path);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
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
}
