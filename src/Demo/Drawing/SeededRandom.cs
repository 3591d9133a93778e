using System.Numerics;

namespace Slipway.Demo.Drawing;

/// <summary>
/// xoshiro256** (Blackman and Vigna, 2018), seeded by splitmix64: the same numbers on every platform and runtime,
/// which <see cref="Random"/> does not promise.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _s0, _s1, _s2, _s3;

    /// <summary>The stream <paramref name="stream"/> of <paramref name="seed"/>: streams with other names are independent.</summary>
    public SeededRandom(ulong seed, string stream)
    {
        // FNV-1a (64 bit) of the stream's name.
        var hash = stream.Aggregate(14695981039346656037UL, (sum, letter) => (sum ^ letter) * 1099511628211UL);
        var state = seed ^ BitOperations.RotateLeft(hash, 17);
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
    }

    private SeededRandom(SeededRandom other) => (_s0, _s1, _s2, _s3) = (other._s0, other._s1, other._s2, other._s3);

    /// <summary>A generator that goes on with the same numbers.</summary>
    public SeededRandom Copy() => new(this);

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double Between(double low, double high) => low + ((high - low) * (Next() >> 11) * (1.0 / (1UL << 53)));

    /// <summary>Uniform in {<paramref name="low"/>, …, <paramref name="high"/>}.</summary>
    public int Count(int low, int high) => low + (int)(Next() % (ulong)(high - low + 1));

    /// <summary>True with probability <paramref name="probability"/>.</summary>
    public bool Chance(double probability) => Between(0, 1) < probability;

    /// <summary>−1 or 1.</summary>
    public int Sign() => Chance(0.5) ? 1 : -1;

    /// <summary>One of <paramref name="choices"/>, all as likely.</summary>
    public T Pick<T>(params IReadOnlyList<T> choices) => choices[Count(0, choices.Count - 1)];

    private ulong Next()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
