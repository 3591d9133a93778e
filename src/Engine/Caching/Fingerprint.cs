using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Slipway.Engine.Caching;

/// <summary>
/// Everything that a result depends on, and the key made of it: SHA-256 over a domain tag and the entries in the order
/// of their roles, every part prefixed by its length (little-endian, 4 bytes). No path, time or host is part of it.
/// </summary>
public sealed class Fingerprint
{
    private static readonly byte[] Domain = "slipway.fingerprint.2"u8.ToArray();

    /// <exception cref="ArgumentException">Two entries have the same role, or one is still to be produced.</exception>
    public Fingerprint(IEnumerable<FingerprintEntry> entries)
    {
        Entries = [.. entries.OrderBy(entry => entry.Role, StringComparer.Ordinal)];
        for (var i = 1; i < Entries.Count; i++)
        {
            if (Entries[i].Role == Entries[i - 1].Role)
                throw new ArgumentException($"The fingerprint has two entries with the role {Entries[i].Role}.", nameof(entries));
        }

        Key = KeyOf(Entries);
    }

    /// <summary>The entries in the ordinal order of their roles.</summary>
    public IReadOnlyList<FingerprintEntry> Entries { get; }

    /// <summary>The key of the action.</summary>
    public ContentHash Key { get; }

    private static ContentHash KeyOf(IReadOnlyList<FingerprintEntry> entries)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(sha, Domain);
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        foreach (var entry in entries)
        {
            var hash = entry.Hash ?? throw new ArgumentException($"{entry.Role} has yet to be produced by {entry.Description}.", nameof(entries));
            Append(sha, [(byte)entry.Kind]);
            Append(sha, Encoding.UTF8.GetBytes(entry.Role));
            hash.CopyTo(digest);
            Append(sha, digest);
        }

        return new ContentHash(sha.GetHashAndReset());
    }

    internal static void Append(IncrementalHash sha, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        sha.AppendData(length);
        sha.AppendData(part);
    }
}
