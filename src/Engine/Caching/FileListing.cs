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
        var sorted = files.ToArray();
        if (!IsSorted(sorted))
            Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Path, b.Path));
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

    private static bool IsSorted((string Path, ContentHash Hash)[] files)
    {
        for (var i = 1; i < files.Length; i++)
        {
            if (string.CompareOrdinal(files[i - 1].Path, files[i].Path) > 0)
                return false;
        }

        return true;
    }

    private static byte[] Encode((string Path, ContentHash Hash)[] files)
    {
        var bytes = new byte[files.Sum(file => ContentHash.Size + Encoding.UTF8.GetByteCount(file.Path) + 1)];
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
