using System.Security.Cryptography;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// Bytes by their hash, under <c>cas/ab/abcdef…</c> (SHA-256 in hexadecimal, as in Bazel's disk cache). Blobs are written
/// to a temporary file, flushed and renamed: a reader sees all of one or nothing. They are read-only, and are laid out
/// as reflinks or copies, never as links, so nobody can change one by editing an output.
/// </summary>
public sealed class ContentStore
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly string _root;
    private readonly string _blobs;
    private readonly string _temporary;
    private readonly Action<string> _warn;

    /// <param name="root">Folder of the cache; blobs go to <c>cas/</c> and temporary files to <c>tmp/</c> in it.</param>
    /// <param name="warn">Takes a line about each blob that turns out to be damaged.</param>
    public ContentStore(string root, Action<string> warn)
    {
        _root = Path.GetFullPath(root);
        _blobs = Path.Combine(_root, "cas");
        _temporary = Path.Combine(_root, "tmp");
        _warn = warn;
    }

    /// <summary>Where the blob with this hash is, or would be.</summary>
    public string PathOf(ContentHash hash) => HashedPath.Of(_blobs, hash);

    /// <summary>Whether a blob of this hash and size is there; its content is not looked at.</summary>
    public bool Contains(Blob blob) => FileStamp.Of(PathOf(blob.Hash))?.Size == blob.Size;

    /// <summary>Whether a blob of this hash is there; its content is not looked at.</summary>
    public bool Contains(ContentHash hash) => FileStamp.Of(PathOf(hash)) is not null;

    /// <summary>The hashes by which something lies in the store, in no particular order.</summary>
    public IEnumerable<ContentHash> Hashes() => HashedPath.All(_blobs);

    /// <summary>Stores a copy of a file's content.</summary>
    public Blob PutFile(string path)
    {
        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        return Put(source);
    }

    /// <summary>Stores some bytes.</summary>
    public Blob Put(ReadOnlySpan<byte> bytes)
    {
        using var source = new MemoryStream(bytes.ToArray(), writable: false);
        return Put(source);
    }

    /// <summary>
    /// Stores what is left in a stream. A blob of this hash that is there already is replaced: it may be damaged, and it
    /// gets young, so that the garbage collection leaves it to who has just found that it needs it.
    /// </summary>
    public Blob Put(Stream source)
    {
        var file = NewTemporary();
        try
        {
            var blob = Copy(source, file, flush: true);
            var path = PathOf(blob.Hash);
            Obstacle.Overcome(_root, path, () => Publish(file, path));
            return blob;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>
    /// Lays a blob out as a file, replacing what is there in one step. False when the blob is missing or damaged; a
    /// damaged one is reported and removed, so that the stage that makes it runs again.
    /// </summary>
    /// <param name="blob">The content.</param>
    /// <param name="target">The file.</param>
    /// <param name="replacing">Called when all is ready, before the file is replaced.</param>
    public bool TryLayOut(Blob blob, string target, Action? replacing = null)
    {
        if (OpenBlob(blob.Hash) is not { } source)
            return false;
        var file = NewTemporary();
        try
        {
            using (source)
            {
                if (!IsWhole(blob, source, file))
                    return false;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            replacing?.Invoke();
            File.Move(file, target, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>What is wrong with the blob's bytes, read from the disk; null when nothing is.</summary>
    internal string? Inspect(ContentHash hash)
    {
        var path = PathOf(hash);
        var type = FileStatus.TypeAt(path);
        if (type != FileType.File)
            return DescribeWrong(type);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0);
            return ContentHash.Of(stream) == hash ? null : "is damaged";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read ({e.Message})";
        }
    }

    /// <summary>Removes a blob, or whatever lies in its place.</summary>
    internal void Remove(ContentHash hash) => Obstacle.SetAside(_root, PathOf(hash));

    /// <summary>Opens a blob; null when there is none, or something else, which is reported and removed.</summary>
    private FileStream? OpenBlob(ContentHash hash)
    {
        var path = PathOf(hash);
        var type = FileStatus.TypeAt(path);
        if (type == FileType.Missing)
            return null;
        try
        {
            if (type == FileType.File)
                return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0);
            Discard(hash, DescribeWrong(type));
        }
        catch (FileNotFoundException)
        {
            // Another process has found it damaged.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Discard(hash, $"cannot be read ({e.Message})");
        }

        return null;
    }

    /// <summary>Copies the blob and compares. A record that has its size wrong says nothing against the bytes.</summary>
    private bool IsWhole(Blob blob, FileStream source, string copy)
    {
        Blob found;
        try
        {
            found = Copy(source, copy, flush: false);
        }
        catch (UnreadableException e)
        {
            Discard(blob.Hash, $"cannot be read ({e.Message})");
            return false;
        }

        if (found.Hash != blob.Hash)
            Discard(blob.Hash, "is damaged");
        else if (found.Size != blob.Size)
            _warn($"A record says that the stored blob {blob.Hash} has {blob.Size} bytes; it is sound and has {found.Size}. What made the record runs again.");
        return found == blob;
    }

    private void Discard(ContentHash hash, string damage)
    {
        try
        {
            Remove(hash);
            _warn($"The stored blob {hash} {damage}; it was removed, and what made it runs again when needed.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _warn($"The stored blob {hash} {damage}, and it cannot be removed ({e.Message}); what made it runs again when needed.");
        }
    }

    private static string DescribeWrong(FileType type) => type == FileType.Link ? "is a link, not a file" : $"{FileStatus.Describe(type)}, not a file";

    /// <summary>Copies into a new file and hashes what was copied. A clone is hashed afterwards, from the clone.</summary>
    private static Blob Copy(Stream source, string target, bool flush)
    {
        using var output = new FileStream(target, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 0);
        if (source is FileStream { Position: 0 } file && Reflink.TryClone(file.SafeFileHandle, output.SafeFileHandle))
        {
            if (flush)
                output.Flush(flushToDisk: true);
            return new Blob(ContentHash.Of(output), output.Length);
        }

        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        long size = 0;
        for (int read; (read = Read(source, buffer)) > 0; size += read)
        {
            sha.AppendData(buffer, 0, read);
            output.Write(buffer, 0, read);
        }

        if (flush)
            output.Flush(flushToDisk: true);
        return new Blob(new ContentHash(sha.GetHashAndReset()), size);
    }

    /// <summary>Tells apart what cannot be read from what cannot be written.</summary>
    private static int Read(Stream source, byte[] buffer)
    {
        try
        {
            return source.Read(buffer);
        }
        catch (IOException e)
        {
            throw new UnreadableException(e.Message, e);
        }
    }

    private string NewTemporary()
    {
        var file = Path.Combine(_temporary, Guid.NewGuid().ToString("N"));
        Obstacle.Overcome(_root, file, () => Directory.CreateDirectory(_temporary));
        return file;
    }

    private static void Publish(string file, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, ReadOnly);
        File.Move(file, path, overwrite: true);
    }

    private sealed class UnreadableException(string message, Exception inner) : IOException(message, inner);
}
