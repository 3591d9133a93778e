using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// The remembered hashes on disk, in a <see cref="CheckedFile"/>: the number of entries and the entries. A file that is
/// not exactly that counts as empty: it is only a memory, and everything in it can be computed again.
/// </summary>
internal static class HashIndex
{
    private const string Kind = "file-hashes.2";

    public static Dictionary<string, RememberedHash> Read(string file, Action<string> warn)
    {
        var entries = new Dictionary<string, RememberedHash>(StringComparer.Ordinal);
        var content = FileOf(file).TryRead(out var damage);
        if (damage is not null)
            warn($"The memory of the files' hashes is damaged (it {damage}); the files are read again.");
        if (content is not { } bytes)
            return entries;
        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray()), Encoding.UTF8);
        for (var left = reader.ReadInt32(); left > 0; left--)
            entries[reader.ReadString()] = ReadEntry(reader);
        return entries;
    }

    public static void Write(string file, IReadOnlyDictionary<string, RememberedHash> entries)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(entries.Count);
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        foreach (var (path, entry) in entries)
        {
            writer.Write(path);
            writer.Write(entry.Stamp.Inode);
            writer.Write(entry.Stamp.Size);
            writer.Write(entry.Stamp.ModifiedNs);
            writer.Write(entry.Stamp.ChangedNs);
            writer.Write(entry.SeenNs);
            entry.Hash.CopyTo(digest);
            writer.Write(digest);
        }

        writer.Flush();
        FileOf(file).WriteUnflushed(memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }

    private static CheckedFile FileOf(string file) => new(Path.GetDirectoryName(file)!, file, Kind, "-");

    private static RememberedHash ReadEntry(BinaryReader reader)
    {
        var stamp = new FileStamp(reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        return new RememberedHash(stamp, reader.ReadInt64(), new ContentHash(reader.ReadBytes(ContentHash.Size)));
    }
}
