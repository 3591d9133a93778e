using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// Bytes by their hash, under <c>cas/ab/abcdef…</c> (SHA-256 in hexadecimal, as in Bazel's disk cache). Blobs are written
/// to a temporary file, flushed and renamed: a reader sees all of one or nothing. They are read-only, and are laid out
/// as copies, never as links, so nobody can change one by editing an output.
/// </summary>
public sealed class ContentStore
{
    /// <summary>Name of the folder in the cache's.</summary>
    internal const string FolderName = "cas";

    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly string _root;
    private readonly string _blobs;
    private readonly string _temporary;
    private readonly Action<string> _warn;
    private readonly BlobCopy _copy;

    /// <param name="root">Folder of the cache; blobs go to <c>cas/</c> and temporary files to <c>tmp/</c> in it.</param>
    /// <param name="warn">Takes a line about each blob that turns out to be damaged.</param>
    public ContentStore(string root, Action<string> warn)
    {
        _root = Path.GetFullPath(root);
        _blobs = Path.Combine(_root, FolderName);
        _temporary = Path.Combine(_root, "tmp");
        _warn = warn;
        _copy = new BlobCopy(NewTemporary);
    }

    /// <summary>Where the blob with this hash is, or would be.</summary>
    public string PathOf(ContentHash hash) => HashedPath.Of(_blobs, hash);

    /// <summary>Whether a blob of this hash and size is there; its content is not looked at.</summary>
    public bool Contains(Blob blob) => FileStamp.Of(PathOf(blob.Hash))?.Size == blob.Size;

    /// <summary>Whether a blob of this hash is there; its content is not looked at.</summary>
    public bool Contains(ContentHash hash) => FileStamp.Of(PathOf(hash)) is not null;

    /// <summary>The hashes by which something lies in the store, in no particular order.</summary>
    public IEnumerable<ContentHash> Hashes() => HashedPath.All(_blobs);

    /// <summary>
    /// Stores a copy of a file's content. A blob of this hash that is there already is replaced when it is damaged, and gets young, so that the
    /// garbage collection leaves it to who has just found that it needs it.
    /// </summary>
    public Blob PutFile(string path) => Put(file => _copy.Make(path, file, flush: true));

    /// <summary>Stores some bytes in the same way.</summary>
    public Blob Put(ReadOnlySpan<byte> bytes)
    {
        var content = bytes.ToArray();
        return Put(file =>
        {
            using var output = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
            output.Write(content);
            DiskFlush.Wait(output.SafeFileHandle, file);
            return new Blob(ContentHash.Of(content), content.Length);
        });
    }

    /// <summary>
    /// Stores a blob that comes piece by piece from elsewhere. What has come stays when it is cut off, and the next attempt goes on from there;
    /// it becomes a blob only when its size and its hash are right.
    /// </summary>
    /// <param name="blob">What it must be.</param>
    /// <param name="fetch">Appends what is missing; false when it cannot be had.</param>
    /// <returns>Whether the blob is there.</returns>
    internal async Task<bool> ReceiveAsync(Blob blob, Func<Stream, Task<bool>> fetch)
    {
        var (file, stream) = OpenPartial(blob.Hash);
        bool isWhole;
        try
        {
            using (stream)
            {
                // Bytes of another time may be wrong; then all of it is fetched once more.
                for (var wasThere = stream.Length > 0; ; wasThere = false)
                {
                    if (!await fetch(stream))
                        return false;
                    stream.Position = 0;
                    isWhole = stream.Length == blob.Size && ContentHash.Of(stream) == blob.Hash;
                    if (isWhole || !wasThere)
                        break;
                    stream.SetLength(0);
                }

                if (!isWhole)
                    stream.SetLength(0);
                stream.Flush();
                DiskFlush.Wait(stream.SafeFileHandle, file);
            }

            if (isWhole)
                Obstacle.Overcome(_root, PathOf(blob.Hash), () => Publish(file, PathOf(blob.Hash)));
            else
                _warn($"What came as the blob {blob.Hash} has other bytes; they were thrown away, and what made it runs here.");
            return isWhole;
        }
        finally
        {
            if (new FileInfo(file) is { Exists: true, Length: 0 } empty)
                empty.Delete();
        }
    }

    /// <summary>The file that others left unfinished, or a new one where another process is at that.</summary>
    private (string File, FileStream Stream) OpenPartial(ContentHash hash)
    {
        var file = Path.Combine(_temporary, $"{hash}.incomplete");
        try
        {
            FileStream? stream = null;
            Obstacle.Overcome(_root, file, () =>
            {
                Directory.CreateDirectory(_temporary);
                stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1 << 16);
            });
            return (file, stream!);
        }
        catch (IOException)
        {
            file = NewTemporary();
            return (file, new FileStream(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16));
        }
    }

    private Blob Put(Func<string, Blob> write)
    {
        var file = NewTemporary();
        try
        {
            var blob = write(file);
            var path = PathOf(blob.Hash);
            if (!IsRenewed(blob.Hash, path))
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
    /// damaged one is reported and removed, so that the stage that makes it runs again. One that the system does not give stays.
    /// </summary>
    /// <param name="blob">The content.</param>
    /// <param name="target">The file.</param>
    /// <param name="replacing">Called when all is ready, before the file is replaced.</param>
    /// <exception cref="IOException">The system does not give the blob, or take the file.</exception>
    public bool TryLayOut(Blob blob, string target, Action? replacing = null)
    {
        if (!IsFile(blob.Hash))
            return false;
        var file = NewTemporary();
        try
        {
            if (!IsWhole(blob, file))
                return false;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            replacing?.Invoke();
            AtomicFile.Move(file, target);
            return true;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>What is wrong with the blob's bytes, read from the disk; null when nothing is.</summary>
    internal Flaw? Inspect(ContentHash hash)
    {
        var path = PathOf(hash);
        var type = FileStatus.TypeAt(path);
        if (type != FileType.File)
            return new Flaw(DescribeWrong(type));
        try
        {
            var found = StaleHandle.Retry(() =>
            {
                using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0);
                return ContentHash.Of(stream);
            });
            return found == hash ? null : new Flaw("is damaged");
        }
        catch (FileNotFoundException)
        {
            return new Flaw(DescribeWrong(FileType.Missing));
        }
        catch (Exception e) when (Flaw.IsUnreadable(e))
        {
            return Flaw.Unreadable(e);
        }
    }

    /// <summary>Where a blob is whose bytes are right; null where there is none.</summary>
    /// <exception cref="IOException">The system does not give it.</exception>
    internal string? Find(ContentHash hash)
    {
        var flaw = Inspect(hash);
        return flaw is null ? PathOf(hash) : flaw.IsDamage ? null : throw Refusal(hash, flaw);
    }

    /// <summary>Removes a blob, or whatever lies in its place.</summary>
    internal void Remove(ContentHash hash) => Obstacle.SetAside(_root, PathOf(hash));

    /// <summary>Whether a blob is there; something else in its place is reported and removed.</summary>
    private bool IsFile(ContentHash hash)
    {
        var type = FileStatus.TypeAt(PathOf(hash));
        if (type is not (FileType.File or FileType.Missing))
            Discard(hash, DescribeWrong(type));
        return type == FileType.File;
    }

    /// <summary>Copies the blob and compares. A record that has its size wrong says nothing against the bytes.</summary>
    private bool IsWhole(Blob blob, string copy)
    {
        Blob found;
        try
        {
            found = StaleHandle.Retry(() => _copy.Make(PathOf(blob.Hash), copy, flush: false));
        }
        catch (FileNotFoundException)
        {
            // Another process has found it damaged.
            return false;
        }
        catch (Exception e) when (Flaw.IsUnreadable(e) && Inspect(blob.Hash) is { IsDamage: false } flaw)
        {
            throw Refusal(blob.Hash, flaw);
        }

        if (found.Hash != blob.Hash)
            Discard(blob.Hash, "is damaged");
        else if (found.Size != blob.Size)
            _warn($"A record says that the stored blob {blob.Hash} has {blob.Size} bytes; it is sound and has {found.Size}. What made the record runs again.");
        return found == blob;
    }

    private Exception Refusal(ContentHash hash, Flaw flaw) => flaw.Refusal($"The stored blob '{PathOf(hash)}'", "delete it to have what made it run again");

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

    /// <summary>Whether the blob is there, sound, and young now. Others may be reading it where replacing a file takes its name away for a moment.</summary>
    private bool IsRenewed(ContentHash hash, string path)
    {
        try
        {
            if (Inspect(hash) is not null)
                return false;
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or gone again.
            return false;
        }
    }

    private string NewTemporary()
    {
        var file = Path.Combine(_temporary, Guid.NewGuid().ToString("N"));
        if (!Directory.Exists(_temporary))
            Obstacle.Overcome(_root, file, () => Directory.CreateDirectory(_temporary));
        return file;
    }

    private static void Publish(string file, string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, ReadOnly);
        AtomicFile.InFolder(path, name =>
        {
            AtomicFile.Rename(file, name);
            return name;
        });
    }
}
