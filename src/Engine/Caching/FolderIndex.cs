using System.Buffers.Binary;
using System.Text;

namespace Slipway.Engine.Caching;

/// <summary>
/// The remembered hashes of one folder's files as they lie in the index: entries of equal length, sorted by the UTF-8
/// bytes of the names, and the names one after the other.
/// </summary>
/// <param name="entries">Place and length of the name, stamp, time of the look, hash: <see cref="EntrySize"/> bytes each.</param>
/// <param name="names">The names in UTF-8.</param>
internal sealed class FolderIndex(ReadOnlyMemory<byte> entries, ReadOnlyMemory<byte> names)
{
    /// <summary>Bytes of an entry.</summary>
    public const int EntrySize = (2 * sizeof(int)) + (5 * sizeof(long)) + ContentHash.Size;

    /// <summary>The entries.</summary>
    public ReadOnlyMemory<byte> Entries => entries;

    /// <summary>The names.</summary>
    public ReadOnlyMemory<byte> Names => names;

    /// <summary>Number of files.</summary>
    public int Count => entries.Length / EntrySize;

    /// <summary>Lays some files' hashes down.</summary>
    public static FolderIndex Of(IEnumerable<KeyValuePair<string, RememberedHash>> files)
    {
        var sorted = files.Select(file => (Name: Encoding.UTF8.GetBytes(file.Key), file.Value)).ToArray();
        Array.Sort(sorted, (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        var entries = new byte[sorted.Length * EntrySize];
        var names = new byte[sorted.Sum(file => file.Name.Length)];
        var place = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            Write(entries.AsSpan(i * EntrySize, EntrySize), place, sorted[i].Name.Length, sorted[i].Value);
            sorted[i].Name.CopyTo(names, place);
            place += sorted[i].Name.Length;
        }

        return new FolderIndex(entries, names);
    }

    /// <summary>What is remembered of a file.</summary>
    /// <param name="name">The file's name in UTF-8.</param>
    /// <param name="near">The place to look at first; afterwards the one behind the file.</param>
    /// <param name="found">Its hash and the stamp under which it was computed.</param>
    public bool TryFind(ReadOnlySpan<byte> name, ref int near, out RememberedHash found)
    {
        if ((uint)near < (uint)Count && NameAt(near).SequenceEqual(name))
        {
            found = ValueAt(near++);
            return true;
        }

        for (var (low, high) = (0, Count - 1); low <= high;)
        {
            var middle = (low + high) / 2;
            var order = NameAt(middle).SequenceCompareTo(name);
            if (order == 0)
            {
                found = ValueAt(middle);
                near = middle + 1;
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        found = default;
        return false;
    }

    /// <summary>All files.</summary>
    public IEnumerable<KeyValuePair<string, RememberedHash>> All()
    {
        for (var i = 0; i < Count; i++)
            yield return KeyValuePair.Create(Encoding.UTF8.GetString(NameAt(i)), ValueAt(i));
    }

    /// <summary>The name of the file at a place.</summary>
    public ReadOnlySpan<byte> NameAt(int index)
    {
        var entry = EntryAt(index);
        return names.Span.Slice(BinaryPrimitives.ReadInt32LittleEndian(entry), BinaryPrimitives.ReadInt32LittleEndian(entry[4..]));
    }

    private RememberedHash ValueAt(int index)
    {
        var entry = EntryAt(index);
        var stamp = new FileStamp(
            BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(entry[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(entry[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(entry[32..]));
        return new RememberedHash(stamp, BinaryPrimitives.ReadInt64LittleEndian(entry[40..]), new ContentHash(entry[48..]));
    }

    private ReadOnlySpan<byte> EntryAt(int index) => entries.Span.Slice(index * EntrySize, EntrySize);

    private static void Write(Span<byte> entry, int place, int length, RememberedHash value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(entry, place);
        BinaryPrimitives.WriteInt32LittleEndian(entry[4..], length);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], value.Stamp.Inode);
        BinaryPrimitives.WriteInt64LittleEndian(entry[16..], value.Stamp.Size);
        BinaryPrimitives.WriteInt64LittleEndian(entry[24..], value.Stamp.ModifiedNs);
        BinaryPrimitives.WriteInt64LittleEndian(entry[32..], value.Stamp.ChangedNs);
        BinaryPrimitives.WriteInt64LittleEndian(entry[40..], value.SeenNs);
        value.Hash.CopyTo(entry[48..]);
    }
}
