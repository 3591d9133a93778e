using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Slipway.Imaging.Resampling;

/// <summary>
/// A pixel's four channels as the four lanes of a vector. Each lane is computed as a number by itself would be, in the same order: the bits
/// are those of any processor.
/// </summary>
internal static class PixelLanes
{
    /// <summary>Bytes of a pixel.</summary>
    public const int Channels = 4;

    /// <summary>The pixel whose bytes begin at <paramref name="at"/>.</summary>
    public static Vector128<int> Read(ReadOnlySpan<byte> pixels, int at)
    {
        var bytes = Vector128.CreateScalarUnsafe(MemoryMarshal.Read<uint>(pixels[at..])).AsByte();
        return Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
    }

    /// <summary>That pixel and the one behind it.</summary>
    public static Vector256<int> ReadPair(ReadOnlySpan<byte> pixels, int at)
    {
        var bytes = Vector128.CreateScalarUnsafe(MemoryMarshal.Read<ulong>(pixels[at..])).AsByte();
        return Vector256.WidenLower(Vector128.WidenLower(bytes).ToVector256Unsafe()).AsInt32();
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
