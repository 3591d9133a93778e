namespace Slipway.Imaging.Compositing;

/// <summary>
/// splitmix64 (Steele, Lea and Flood 2014): a stream of draws that is the same on every platform and runtime,
/// which <see cref="Random"/> does not promise.
/// </summary>
/// <param name="seed">Where the stream starts.</param>
internal sealed class SeededDraws(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double Between(double low, double high) => low + ((high - low) * (Next() >> 11) * (1.0 / (1UL << 53)));

    private ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
