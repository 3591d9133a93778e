using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TorchSharp;

namespace Slipway.Training.Randomness;

/// <summary>
/// A named stream of random numbers: a pure function of (seed, purpose, index), whatever was drawn before it.
/// Every random choice of a training takes one, so that a resumed run draws what an uninterrupted one would have drawn.
/// Numbers are SplitMix64 (Steele, Lea, Flood 2014), started from the SHA-256 of the three parts.
/// </summary>
public sealed class SeedStream : RandomNumbers
{
    private ulong _state;

    /// <summary>Begins the stream of a seed, a purpose and an index.</summary>
    public SeedStream(long seed, string purpose, long index = 0)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        var message = new byte[16 + Encoding.UTF8.GetByteCount(purpose)];
        BinaryPrimitives.WriteInt64LittleEndian(message, seed);
        BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(8), index);
        Encoding.UTF8.GetBytes(purpose, message.AsSpan(16));
        _state = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(message));
    }

    /// <summary>A CPU generator for tensors, seeded with the next number. The caller disposes it.</summary>
    public torch.Generator Generator() => new(NextUInt64(), torch.CPU);

    /// <summary>The next number, uniform over all 64-bit numbers.</summary>
    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <inheritdoc/>
    public override double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <inheritdoc/>
    public override int Next(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMax, 1);
        return (int)Math.BigMul(NextUInt64(), (ulong)exclusiveMax, out _);
    }
}
