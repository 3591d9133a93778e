using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// The remembered hashes on disk: a magic word, the number of entries, the entries, and the SHA-256 of all before it.
/// A file that is not exactly that counts as empty: it is only a memory, and everything in it can be computed again.
/// </summary>
internal static class HashIndex
{
    private static readonly byte[] Magic = "slipway.hashes.1"u8.ToArray();

    public static Dictionary<string, RememberedHash> Read(string file)
    {
        var entries = new Dictionary<string, RememberedHash>(StringComparer.Ordinal);
        if (!File.Exists(file))
            return entries;
        var bytes = File.ReadAllBytes(file);
        var body = bytes.Length - ContentHash.Size;
        if (body < Magic.Length + 4
            || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic)
            || ContentHash.Of(bytes.AsSpan(0, body)) != new ContentHash(bytes.AsSpan(body)))
        {
            return entries;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, Magic.Length, body - Magic.Length), Encoding.UTF8);
        for (var left = reader.ReadInt32(); left > 0; left--)
            entries[reader.ReadString()] = ReadEntry(reader);
        return entries;
    }

    public static void Write(string file, IReadOnlyDictionary<string, RememberedHash> entries)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Magic);
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
        ContentHash.Of(memory.GetBuffer().AsSpan(0, (int)memory.Length)).CopyTo(digest);
        writer.Write(digest);
        writer.Flush();
        AtomicFile.Write(file, memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }

    private static RememberedHash ReadEntry(BinaryReader reader)
    {
        var stamp = new FileStamp(reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        return new RememberedHash(stamp, reader.ReadInt64(), new ContentHash(reader.ReadBytes(ContentHash.Size)));
    }
}
