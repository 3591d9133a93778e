using System.Runtime.CompilerServices;
using System.Text;

namespace Slipway.Engine.Caching;

/// <summary>
/// The files of a folder or another group and their content: one entry of a key, however many there are. Its hash is that
/// of its bytes (for each file, in the ordinal order of the paths, the 32 bytes of its hash, the path in UTF-8, a zero),
/// so the store can keep the listing under it, for who asks later which of the files have changed.
/// </summary>
public sealed class FileListing
{
    private readonly byte[] _bytes;

    /// <param name="files">Paths relative to the group, with <c>/</c>, and the files' hashes.</param>
    /// <exception cref="ArgumentException">A path comes twice.</exception>
    public FileListing(IEnumerable<(string Path, ContentHash Hash)> files)
    {
        var sorted = Sort([.. files]);
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Path == sorted[i - 1].Path)
                throw new ArgumentException($"The listing has {sorted[i].Path} twice.", nameof(files));
        }

        Files = sorted;
        _bytes = Encode(sorted);
        Hash = ContentHash.Of(_bytes);
    }

    /// <summary>The files in the ordinal order of their paths.</summary>
    public IReadOnlyList<(string Path, ContentHash Hash)> Files { get; }

    /// <summary>The hash of <see cref="ToBytes"/>.</summary>
    public ContentHash Hash { get; }

    /// <summary>What <see cref="Parse"/> reads.</summary>
    public ReadOnlySpan<byte> ToBytes() => _bytes;

    /// <summary>Reads a listing.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static FileListing Parse(ReadOnlySpan<byte> bytes)
    {
        var files = new List<(string, ContentHash)>();
        for (var rest = bytes; rest.Length > 0;)
        {
            var end = rest.Length > ContentHash.Size ? rest[ContentHash.Size..].IndexOf((byte)0) : -1;
            if (end < 0)
                throw new InvalidDataException("The listing of files is cut off.");
            files.Add((Encoding.UTF8.GetString(rest.Slice(ContentHash.Size, end)), new ContentHash(rest[..ContentHash.Size])));
            rest = rest[(ContentHash.Size + end + 1)..];
        }

        return new FileListing(files);
    }

    /// <summary>Sorts by the ordinal order of the paths, which most often is there already.</summary>
    internal static (string Path, ContentHash Hash)[] Sort((string Path, ContentHash Hash)[] files)
    {
        if (!IsSorted(files))
            Array.Sort(files, (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return files;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsSorted((string Path, ContentHash Hash)[] files)
    {
        for (var i = 1; i < files.Length; i++)
        {
            if (string.CompareOrdinal(files[i - 1].Path, files[i].Path) > 0)
                return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static byte[] Encode((string Path, ContentHash Hash)[] files)
    {
        var length = 0;
        foreach (var (path, _) in files)
            length += ContentHash.Size + Encoding.UTF8.GetByteCount(path) + 1;
        var bytes = new byte[length];
        var at = 0;
        foreach (var (path, hash) in files)
        {
            hash.CopyTo(bytes.AsSpan(at));
            at += ContentHash.Size;
            at += Encoding.UTF8.GetBytes(path, bytes.AsSpan(at)) + 1;
        }

        return bytes;
    }
}
