using System.Collections.Concurrent;
using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// Content hashes of files, remembered by (inode, size, mtime, ctime) so that an unchanged file is not read again, not
/// even by the next process. A hash that was taken too soon after the file's last change is not trusted.
/// </summary>
public sealed class FileHasher
{
    private const int Attempts = 3;
    private const int Many = 1000;
    private readonly string _root;
    private readonly string _indexFile;
    private readonly ConcurrentDictionary<string, KnownFolder> _folders = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KnownFolder>.AlternateLookup<ReadOnlySpan<char>> _byPath;
    private int _filesRead;

    /// <param name="root">Folder to which the remembered paths are relative, so that it may be moved.</param>
    /// <param name="indexFile">Where the memory is kept; a missing or damaged one counts as empty.</param>
    /// <param name="warn">Is told of a damaged memory.</param>
    public FileHasher(string root, string indexFile, Action<string>? warn = null)
    {
        _root = Path.GetFullPath(root);
        _indexFile = indexFile;
        _byPath = _folders.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (path, saved) in HashIndex.Read(indexFile, warn ?? (_ => { })))
            _folders[Path.Combine(_root, path)] = new KnownFolder(saved);
    }

    /// <summary>How many files were read, rather than remembered.</summary>
    public int FilesRead => _filesRead;

    /// <summary>The hash of a file's content.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The file cannot be read, is none (a folder, a named pipe, a link that leads nowhere), or changes all the time.</exception>
    public ContentHash Hash(string path) => TryHash(path) ?? throw NoFile(path, FileStatus.Of(path).Type);

    /// <summary>The hash of a file's content; null when there is no such file.</summary>
    public ContentHash? TryHash(string path) => TryHash(path, isTrusted: true);

    /// <summary>The hash of a file's content, read from the disk whatever is remembered; null when there is no such file.</summary>
    public ContentHash? TryRehash(string path) => TryHash(path, isTrusted: false);

    /// <summary>The hash of a file's content, of many files one after the other; null when there is no such file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="near">Where in its folder's memory it may be: of files in the order of their names, right behind the one before.</param>
    internal ContentHash? TryHash(string path, ref int near)
    {
        var full = Path.GetFullPath(path);
        return FolderOf(full).TryFindEarly(Path.GetFileName(full.AsSpan()), ref near, out var hash) ? hash : TryHash(full, isTrusted: true, ref near);
    }

    /// <summary>Begins to look at the remembered files of a folder, and of those in it, on another thread: what is asked for many files soon afterwards need not wait for the file system.</summary>
    /// <param name="folder">Of the user's: nothing in it is written by this process.</param>
    /// <param name="least">How many files a folder has for which another thread pays.</param>
    public void LookAhead(string folder, int least = Many)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        foreach (var (path, known) in _folders)
        {
            if (path.StartsWith(full, StringComparison.Ordinal) && (path.Length == full.Length || path[full.Length] == Path.DirectorySeparatorChar))
                known.LookAhead(path, least);
        }
    }

    /// <summary>Keeps a hash that the caller has just computed from the bytes that it wrote.</summary>
    internal void Remember(string path, ContentHash hash)
    {
        var full = Path.GetFullPath(path);
        if (FileStamp.Of(full) is { } stamp)
            FolderOf(full).Remember(Path.GetFileName(full), new RememberedHash(stamp, FileStamp.NowNs, hash));
    }

    /// <summary>Writes the memory to the disk when it has changed; files that are gone are forgotten where others are new.</summary>
    public void Save()
    {
        if (!_folders.Values.Any(folder => folder.HasNews))
            return;
        HashIndex.Write(_indexFile, _folders
            .Where(folder => Directory.Exists(folder.Key))
            .Select(folder => KeyValuePair.Create(RelativeTo(_root, folder.Key), folder.Value.Merge(folder.Key))));
    }

    private ContentHash? TryHash(string path, bool isTrusted)
    {
        var near = 0;
        return TryHash(path, isTrusted, ref near);
    }

    private ContentHash? TryHash(string path, bool isTrusted, ref int near)
    {
        var full = Path.GetFullPath(path);
        if (FileStamp.Of(full) is not { } stamp)
            return null;
        var folder = FolderOf(full);
        var name = Path.GetFileName(full.AsSpan());
        return isTrusted && folder.TryFind(name, stamp, ref near, out var hash) ? hash : Read(full, folder);
    }

    private ContentHash Read(string path, KnownFolder folder)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var seen = FileStamp.NowNs;
            var before = FileStamp.Of(path);
            ContentHash hash;
            using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0))
                hash = ContentHash.Of(stream);
            Interlocked.Increment(ref _filesRead);
            if (before is { } stamp && FileStamp.Of(path) == stamp)
            {
                folder.Remember(Path.GetFileName(path), new RememberedHash(stamp, seen, hash));
                return hash;
            }
        }

        throw new IOException($"{path} changes while it is read; stop what writes to it and run again.");
    }

    private KnownFolder FolderOf(string path)
    {
        var folder = path.AsSpan(0, Math.Max(1, path.LastIndexOf(Path.DirectorySeparatorChar)));
        return _byPath.TryGetValue(folder, out var known) ? known : _folders.GetOrAdd(folder.ToString(), _ => new KnownFolder(null));
    }

    /// <summary>Paths outside of the root stay whole.</summary>
    private static string RelativeTo(string root, string folder) => folder == root ? ""
        : folder.Length > root.Length && folder.StartsWith(root, StringComparison.Ordinal) && folder[root.Length] == Path.DirectorySeparatorChar ? folder[(root.Length + 1)..]
        : folder;

    private static IOException NoFile(string path, FileType type) => type == FileType.Missing
        ? new FileNotFoundException($"{path} does not exist.", path)
        : new IOException($"{path} {FileStatus.Describe(type)}; a file is expected there.");

    /// <summary>What is remembered of a folder's files: from earlier processes, and from this one.</summary>
    private sealed class KnownFolder(FolderIndex? saved)
    {
        private readonly ConcurrentDictionary<string, RememberedHash> _fresh = new(StringComparer.Ordinal);

        // Asked for every file by several threads: the dictionary itself would lock for the answer.
        private volatile bool _hasNews;
        private EarlyLook? _early;

        public bool HasNews => _hasNews;

        public void Remember(string name, RememberedHash hash)
        {
            _fresh[name] = hash;
            _hasNews = true;
        }

        /// <summary>Begins to look at the files, where there are as many; once, however many runs one process makes of a plan.</summary>
        public void LookAhead(string folder, int least)
        {
            if (saved?.Count >= least)
                _early ??= new EarlyLook(folder, saved);
        }

        /// <summary>The hash of a file that was looked at ahead and is as it was.</summary>
        public bool TryFindEarly(ReadOnlySpan<char> name, ref int near, out ContentHash hash)
        {
            hash = default;
            if (_early?.Stamps is not { } stamps || (_hasNews && _fresh.ContainsKey(name.ToString())))
                return false;
            var isKnown = TryFindSaved(name, ref near, out var known);
            hash = known.Hash;
            return isKnown && known.Stamp == stamps[near - 1] && known.IsTrusted;
        }

        public bool TryFind(ReadOnlySpan<char> name, FileStamp stamp, ref int near, out ContentHash hash)
        {
            var known = default(RememberedHash);
            var isKnown = (_hasNews && _fresh.TryGetValue(name.ToString(), out known)) || TryFindSaved(name, ref near, out known);
            hash = known.Hash;
            return isKnown && known.Stamp == stamp && known.IsTrusted;
        }

        private bool TryFindSaved(ReadOnlySpan<char> name, ref int near, out RememberedHash known)
        {
            known = default;
            Span<byte> bytes = stackalloc byte[3 * 256];
            return saved?.TryFind(Encoding.UTF8.TryGetBytes(name, bytes, out var length) ? bytes[..length] : Encoding.UTF8.GetBytes(name.ToString()), ref near, out known) == true;
        }

        public FolderIndex Merge(string folder)
        {
            if (!_hasNews)
                return saved ?? FolderIndex.Of([]);
            var merged = new Dictionary<string, RememberedHash>(saved?.All() ?? [], StringComparer.Ordinal);
            foreach (var (name, hash) in _fresh)
                merged[name] = hash;
            var present = Directory.EnumerateFiles(folder).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
            return FolderIndex.Of(merged.Where(file => present.Contains(file.Key)));
        }
    }
}
