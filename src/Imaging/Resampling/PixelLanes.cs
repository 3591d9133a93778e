using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Slipway.Imaging.Resampling;

/// <summary>
/// A pixel's four channels as the four lanes of a vector. Each lane is computed as a number by itself would be, in the same order: the bits
/// are those of any processor.
/// </summary>
internal static class PixelLanes
{
    /// <summary>Bytes of a pixel.</summary>
    public const int Channels = 4;

    // No byte of a vector: a zero comes in its place.
    private const byte None = byte.MaxValue;

    /// <summary>Where <see cref="Paired"/> takes its bytes from: a value for a local, as no loop makes it anew then.</summary>
    public static Vector256<byte> PairOrder => Vector256.Create(
        (byte)0, None, 4, None, 1, None, 5, None, 2, None, 6, None, 3, None, 7, None, 8, None, 12, None, 9, None, 13, None, 10, None, 14, None, 11, None, 15, None);

    /// <summary>The pixel whose bytes begin at <paramref name="at"/>.</summary>
    public static Vector128<int> Read(ReadOnlySpan<byte> pixels, int at)
    {
        var bytes = Vector128.CreateScalarUnsafe(MemoryMarshal.Read<uint>(pixels[at..])).AsByte();
        return Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
    }

    /// <summary>
    /// Four pixels as two pairs, the channels of a pair beside each other: red of the first and of the second, green of both …
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Paired(Vector128<byte> four, Vector256<byte> order) => Avx2.IsSupported
        ? Avx2.Shuffle(Vector256.Create(four, four), order).AsInt16()
        : Vector256.Create(Vector128.Shuffle(four, order.GetLower()), Vector128.Shuffle(four, order.GetUpper())).AsInt16();

    /// <summary>The sum of two neighbouring products in each lane: a₀b₀ + a₁b₁, a₂b₂ + a₃b₃ …</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<short> a, Vector256<short> b)
    {
        if (Avx2.IsSupported)
            return Avx2.MultiplyAddAdjacent(a, b);
        var (x, y) = (a.AsInt32(), b.AsInt32());
        return (((x << 16) >> 16) * ((y << 16) >> 16)) + ((x >> 16) * (y >> 16));
    }

    /// <summary>Puts whole numbers from 0 to 255 there, after those beyond are brought to the nearest of these.</summary>
    public static void Write(Vector128<int> channels, Span<byte> pixels, int at)
    {
        var bytes = Vector128.Clamp(channels, Vector128<int>.Zero, Vector128.Create(255)).AsUInt32();
        var halves = Vector128.Narrow(bytes, bytes);
        MemoryMarshal.Write(pixels[at..], Vector128.Narrow(halves, halves).AsUInt32().ToScalar());
    }

    /// <summary>The same for numbers that are rounded first, halves to even.</summary>
    public static void Write(Vector128<float> channels, Span<byte> pixels, int at) =>
        Write(Vector128.ConvertToInt32(Vector128.Round(channels, MidpointRounding.ToEven)), pixels, at);
}
