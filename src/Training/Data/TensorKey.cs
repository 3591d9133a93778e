using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Slipway.Training.Data;

/// <summary>The key of a kept result: SHA-256 of what it was computed from, every part prefixed by its length.</summary>
internal static class TensorKey
{
    /// <param name="kind">What was computed.</param>
    /// <param name="numbers">Sizes and options.</param>
    /// <param name="content">The bytes of the input.</param>
    public static string Compute(string kind, ReadOnlySpan<int> numbers, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Encoding.UTF8.GetBytes(kind));
        Span<byte> number = stackalloc byte[sizeof(int)];
        foreach (var value in numbers)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, value);
            Append(hash, number);
        }
        Append(hash, content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
