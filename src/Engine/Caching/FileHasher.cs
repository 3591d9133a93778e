using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// Content hashes of files, remembered by (inode, size, mtime, ctime) so that an unchanged file is not read again, not
/// even by the next process. A hash that was taken too soon after the file's last change is not trusted.
/// </summary>
public sealed class FileHasher
{
    private const int Attempts = 3;
    private readonly Lock _gate = new();
    private readonly string _root;
    private readonly string _indexFile;
    private readonly Dictionary<string, RememberedHash> _entries;
    private bool _changed;
    private int _filesRead;

    /// <param name="root">Folder to which the remembered paths are relative, so that it may be moved.</param>
    /// <param name="indexFile">Where the memory is kept; a missing or damaged one counts as empty.</param>
    /// <param name="warn">Is told of a damaged memory.</param>
    public FileHasher(string root, string indexFile, Action<string>? warn = null)
    {
        _root = Path.GetFullPath(root);
        _indexFile = indexFile;
        _entries = HashIndex.Read(indexFile, warn ?? (_ => { }));
    }

    /// <summary>How many files were read, rather than remembered.</summary>
    public int FilesRead => _filesRead;

    /// <summary>The hash of a file's content.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The file cannot be read, is none (a folder, a named pipe, a link that leads nowhere), or changes all the time.</exception>
    public ContentHash Hash(string path) => TryHash(path) ?? throw NoFile(path);

    /// <summary>The hash of a file's content; null when there is no such file.</summary>
    public ContentHash? TryHash(string path)
    {
        if (FileStamp.Of(path) is not { } stamp)
            return null;
        var key = KeyOf(path);
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var known) && known.Stamp == stamp && known.IsTrusted)
                return known.Hash;
        }

        return Read(path, key);
    }

    /// <summary>The content hashes of all files below a folder, by path relative to it, in ordinal order.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public IReadOnlyList<(string Path, ContentHash Hash)> HashFolder(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{folder} does not exist.");
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        var relative = Array.ConvertAll(files, file => Path.GetRelativePath(folder, file).Replace('\\', '/'));
        Array.Sort(relative, files, StringComparer.Ordinal);
        return [.. files.Select((file, i) => (relative[i], Hash(file)))];
    }

    /// <summary>The hash of a file's content, read from the disk whatever is remembered; null when there is no such file.</summary>
    public ContentHash? TryRehash(string path)
    {
        lock (_gate)
            _entries.Remove(KeyOf(path));
        return TryHash(path);
    }

    /// <summary>Keeps a hash that the caller has just computed from the bytes that it wrote.</summary>
    internal void Remember(string path, ContentHash hash)
    {
        if (FileStamp.Of(path) is { } stamp)
            Remember(KeyOf(path), new RememberedHash(stamp, FileStamp.NowNs, hash));
    }

    /// <summary>Writes the memory to the disk when it has changed; files that are gone are forgotten.</summary>
    public void Save()
    {
        lock (_gate)
        {
            if (!_changed)
                return;
            foreach (var path in _entries.Keys.Where(path => !File.Exists(Path.Combine(_root, path))).ToList())
                _entries.Remove(path);
            HashIndex.Write(_indexFile, _entries);
            _changed = false;
        }
    }

    private ContentHash Read(string path, string key)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var seen = FileStamp.NowNs;
            var before = FileStamp.Of(path);
            ContentHash hash;
            using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16))
                hash = ContentHash.Of(stream);
            Interlocked.Increment(ref _filesRead);
            if (before is { } stamp && FileStamp.Of(path) == stamp)
            {
                Remember(key, new RememberedHash(stamp, seen, hash));
                return hash;
            }
        }

        throw new IOException($"{path} changes while it is read; stop what writes to it and run again.");
    }

    private static IOException NoFile(string path) => FileStatus.Of(path).Type is var type && type == FileType.Missing
        ? new FileNotFoundException($"{path} does not exist.", path)
        : new IOException($"{path} {FileStatus.Describe(type)}; a file is expected there.");

    private void Remember(string key, RememberedHash entry)
    {
        lock (_gate)
        {
            _entries[key] = entry;
            _changed = true;
        }
    }

    private string KeyOf(string path)
    {
        var full = Path.GetFullPath(path);
        return full.Length > _root.Length && full.StartsWith(_root, StringComparison.Ordinal) && full[_root.Length] == Path.DirectorySeparatorChar
            ? full[(_root.Length + 1)..]
            : full;
    }
}
