using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Slipway.Engine.Caching;

/// <summary>
/// Everything that a result depends on, and the key made of it: SHA-256 over a domain tag and the entries in the order
/// of their roles, every part prefixed by its length (little-endian, 4 bytes). No path, time or host is part of it.
/// </summary>
public sealed class Fingerprint
{
    private const int Many = 1000;
    private const int BufferSize = 1 << 16;
    private const int EntrySize = (3 * sizeof(int)) + 1 + ContentHash.Size; // and the role
    private static readonly byte[] Domain = "slipway.fingerprint.2"u8.ToArray();

    /// <exception cref="ArgumentException">Two entries have the same role, or one is still to be produced.</exception>
    public Fingerprint(IEnumerable<FingerprintEntry> entries)
    {
        FingerprintEntry[] sorted = [.. entries];
        if (sorted.Length < Many)
            SortByRole(sorted);
        else
            sorted = [.. Groups(sorted).SelectMany(InOrder)];
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Role == sorted[i - 1].Role)
                throw new ArgumentException($"The fingerprint has two entries with the role {sorted[i].Role}.", nameof(entries));
        }

        (Entries, Key) = (sorted, KeyOf(sorted));
    }

    /// <summary>The entries in the ordinal order of their roles.</summary>
    public IReadOnlyList<FingerprintEntry> Entries { get; }

    /// <summary>The key of the action.</summary>
    public ContentHash Key { get; }

    private static void SortByRole(Span<FingerprintEntry> entries) => entries.Sort((a, b) => string.CompareOrdinal(a.Role, b.Role));

    // The pictures of a dataset have their entries in turns, an image and its caption; by themselves, images and captions are in order.
    private static IEnumerable<List<FingerprintEntry>> Groups(FingerprintEntry[] entries)
    {
        var groups = new Dictionary<string, List<FingerprintEntry>>(StringComparer.Ordinal);
        var byName = groups.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var entry in entries)
        {
            // A name ends in the slash that its members have, so that names have the order of the roles.
            var name = entry.Role.AsSpan(0, entry.Role.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? slash + 1 : entry.Role.Length);
            if (!byName.TryGetValue(name, out var group))
                groups.Add(name.ToString(), group = []);
            group.Add(entry);
        }

        return groups.Keys.Order(StringComparer.Ordinal).Select(name => groups[name]);
    }

    private static List<FingerprintEntry> InOrder(List<FingerprintEntry> group)
    {
        for (var i = 1; i < group.Count; i++)
        {
            if (string.CompareOrdinal(group[i - 1].Role, group[i].Role) <= 0)
                continue;
            SortByRole(CollectionsMarshal.AsSpan(group));
            break;
        }

        return group;
    }

    // What is hashed is gathered in one buffer: a key of a hundred thousand files would call the hash half a million times.
    private static ContentHash KeyOf(FingerprintEntry[] entries)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(sha, Domain);
        var buffer = new byte[BufferSize];
        var used = 0;
        foreach (var entry in entries)
        {
            var hash = entry.Hash ?? throw new ArgumentException($"{entry.Role} has yet to be produced by {entry.Description}.", nameof(entries));
            var most = Encoding.UTF8.GetMaxByteCount(entry.Role.Length) + EntrySize;
            if (used + most > buffer.Length)
            {
                sha.AppendData(buffer, 0, used);
                (buffer, used) = (most > buffer.Length ? new byte[most] : buffer, 0);
            }

            used += Write(buffer.AsSpan(used), entry.Kind, entry.Role, hash);
        }

        sha.AppendData(buffer, 0, used);
        return new ContentHash(sha.GetHashAndReset());
    }

    /// <summary>Kind, role and hash, each behind its length.</summary>
    private static int Write(Span<byte> bytes, EntryKind kind, string role, ContentHash hash)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, 1);
        bytes[4] = (byte)kind;
        var length = Encoding.UTF8.GetBytes(role, bytes[9..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[5..], length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[(9 + length)..], ContentHash.Size);
        hash.CopyTo(bytes[(13 + length)..]);
        return EntrySize + length;
    }

    internal static void Append(IncrementalHash sha, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        sha.AppendData(length);
        sha.AppendData(part);
    }
}
