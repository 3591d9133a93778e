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
    private readonly string _blobs;
    private readonly string _temporary;
    private readonly Action<string> _warn;

    /// <param name="root">Folder of the cache; blobs go to <c>cas/</c> and temporary files to <c>tmp/</c> in it.</param>
    /// <param name="warn">Takes a line about each blob that turns out to be damaged.</param>
    public ContentStore(string root, Action<string> warn)
    {
        _blobs = Path.Combine(root, "cas");
        _temporary = Path.Combine(root, "tmp");
        _warn = warn;
    }

    /// <summary>Where the blob with this hash is, or would be.</summary>
    public string PathOf(ContentHash hash)
    {
        var text = hash.ToString();
        return Path.Combine(_blobs, text[..2], text);
    }

    /// <summary>Whether a blob of this hash and size is there; its content is not looked at.</summary>
    public bool Contains(Blob blob) => FileStamp.Of(PathOf(blob.Hash))?.Size == blob.Size;

    /// <summary>All blobs, in no particular order.</summary>
    public IEnumerable<Blob> All() => !Directory.Exists(_blobs)
        ? []
        : new DirectoryInfo(_blobs).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => ContentHash.TryParse(file.Name, out _))
            .Select(file => new Blob(ContentHash.TryParse(file.Name, out var hash) ? hash : default, file.Length));

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

    /// <summary>Stores what is left in a stream.</summary>
    public Blob Put(Stream source)
    {
        var file = NewTemporary();
        try
        {
            var blob = Copy(source, file, flush: true);
            if (!Contains(blob))
                Publish(file, PathOf(blob.Hash));
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
    public bool TryLayOut(Blob blob, string target)
    {
        var path = PathOf(blob.Hash);
        if (!File.Exists(path))
            return false;
        var file = NewTemporary();
        try
        {
            using (var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0))
            {
                if (Copy(source, file, flush: false) != blob)
                {
                    Discard(blob.Hash);
                    return false;
                }
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            File.Move(file, target, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Whether the blob's bytes still have its hash; one that has not is reported and removed.</summary>
    public bool Verify(Blob blob)
    {
        using (var stream = File.OpenRead(PathOf(blob.Hash)))
        {
            if (ContentHash.Of(stream) == blob.Hash)
                return true;
        }

        Discard(blob.Hash);
        return false;
    }

    /// <summary>Removes a blob.</summary>
    internal void Remove(ContentHash hash) => File.Delete(PathOf(hash));

    private void Discard(ContentHash hash)
    {
        _warn($"The stored blob {hash} is damaged; it was removed, and what made it runs again when needed.");
        Remove(hash);
    }

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
        for (int read; (read = source.Read(buffer)) > 0; size += read)
        {
            sha.AppendData(buffer, 0, read);
            output.Write(buffer, 0, read);
        }

        if (flush)
            output.Flush(flushToDisk: true);
        return new Blob(new ContentHash(sha.GetHashAndReset()), size);
    }

    private string NewTemporary()
    {
        Directory.CreateDirectory(_temporary);
        return Path.Combine(_temporary, Guid.NewGuid().ToString("N"));
    }

    private static void Publish(string file, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, ReadOnly);
        File.Move(file, path, overwrite: true);
    }
}
