using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Resampling;

/// <summary>The filters of <see cref="PillowResampler"/>, by Pillow's numbers.</summary>
public enum PillowFilter
{
    /// <summary>Lanczos's windowed sinc with three lobes.</summary>
    Lanczos = 1,

    /// <summary>A triangle.</summary>
    Bilinear = 2,

    /// <summary>Keys's cubic with a = −0.5.</summary>
    Bicubic = 3,

    /// <summary>The mean of the pixels whose middles are covered.</summary>
    Box = 4,
}

/// <summary>
/// Resizing as Pillow computes it for bytes: weights in fixed point (22 bits), columns first, rounded to bytes between the two passes; where it shrinks,
/// the filter widens.
/// </summary>
public static class PillowResampler
{
    private const int Channels = PixelLanes.Channels;
    private const int PrecisionBits = 22;
    private const int LowBits = 15;
    private const int PixelsAtOnce = 4;

    // Whole numbers: their sum has the same bits in any order.
    private static Vector128<int> Half => Vector128.Create(1 << (PrecisionBits - 1));

    /// <param name="First">First source pixel.</param>
    /// <param name="Weights">Of it and those behind it, in fixed point.</param>
    private sealed record Window(int First, int[] Weights);

    /// <summary>Weights of four pixels, each for four channels and in two parts of 16 bits: products of 16 bits cost half of those of 32.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct FourWeights(Vector256<short> Low, Vector256<short> High);

    /// <exception cref="ArgumentException">The picture is not opaque, or a side is below one pixel.</exception>
    public static Picture Resize(Picture picture, int width, int height, PillowFilter filter)
    {
        Resampler.Check(picture, width, height);
        var wide = width == picture.Width ? picture : Across(picture, width, filter);
        return height == wide.Height ? wide : Down(wide, height, filter);
    }

    private static Picture Across(Picture picture, int width, PillowFilter filter)
    {
        var target = new Picture(width, picture.Height);
        var windows = Windows(picture.Width, width, filter);
        var weights = Array.ConvertAll(windows, window => Fours(window.Weights));
        // As many pixels more as may be read beyond the last.
        var row = new byte[(picture.Width + PixelsAtOnce - 1) * Channels];
        for (var y = 0; y < picture.Height; y++)
        {
            picture.Pixels.AsSpan(y * picture.Width * Channels, picture.Width * Channels).CopyTo(row);
            AcrossRow(row, windows, weights, target.Pixels.AsSpan(y * width * Channels, width * Channels));
        }

        return target;
    }

    private static void AcrossRow(byte[] row, Window[] windows, FourWeights[][] weights, Span<byte> made)
    {
        var order = PixelLanes.PairOrder;
        for (var x = 0; x < windows.Length; x++)
        {
            var fours = weights[x];
            var pixels = MemoryMarshal.Cast<byte, Vector128<byte>>(row.AsSpan(windows[x].First * Channels, fours.Length * PixelsAtOnce * Channels));
            var (low, high) = (Vector256<int>.Zero, Vector256<int>.Zero);
            for (var i = 0; i < pixels.Length && i < fours.Length; i++)
            {
                var paired = PixelLanes.Paired(pixels[i], order);
                low += PixelLanes.MultiplyAdd(paired, fours[i].Low);
                high += PixelLanes.MultiplyAdd(paired, fours[i].High);
            }

            var sum = low + (high << LowBits);
            PixelLanes.Write((sum.GetLower() + sum.GetUpper() + Half) >> PrecisionBits, made, x * Channels);
        }
    }

    private static Picture Down(Picture picture, int height, PillowFilter filter)
    {
        var target = new Picture(picture.Width, height);
        var windows = Windows(picture.Height, height, filter);
        var stride = picture.Width * Channels;
        for (var y = 0; y < height; y++)
        {
            var weights = windows[y].Weights;
            var source = picture.Pixels.AsSpan(windows[y].First * stride);
            var made = target.Pixels.AsSpan(y * stride, stride);
            var x = 0;
            for (; x <= stride - Vector256<byte>.Count; x += Vector256<byte>.Count)
                DownEight(source[x..], stride, weights, made[x..]);
            for (; x < stride; x += Channels)
            {
                var sum = Half;
                for (var i = 0; i < weights.Length; i++)
                    sum += PixelLanes.Read(source, (i * stride) + x) * weights[i];
                PixelLanes.Write(sum >> PrecisionBits, made, x);
            }
        }

        return target;
    }

    /// <summary>Eight pixels at once: rows lie far from one another, and each is fetched with all that lies beside it.</summary>
    private static void DownEight(ReadOnlySpan<byte> source, int stride, int[] weights, Span<byte> made)
    {
        var (first, second, third, fourth) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
        for (var i = 0; i < weights.Length; i++)
        {
            var (left, right) = Vector256.Widen(MemoryMarshal.Read<Vector256<byte>>(source[(i * stride)..]));
            var (one, two) = Vector256.Widen(left.AsInt16());
            var (three, four) = Vector256.Widen(right.AsInt16());
            first += one * weights[i];
            second += two * weights[i];
            third += three * weights[i];
            fourth += four * weights[i];
        }

        WritePair(first, made);
        WritePair(second, made[(2 * Channels)..]);
        WritePair(third, made[(4 * Channels)..]);
        WritePair(fourth, made[(6 * Channels)..]);
    }

    private static void WritePair(Vector256<int> sum, Span<byte> made)
    {
        PixelLanes.Write((sum.GetLower() + Half) >> PrecisionBits, made, 0);
        PixelLanes.Write((sum.GetUpper() + Half) >> PrecisionBits, made, Channels);
    }

    /// <summary>The weights of four pixels at a time; after the last, none.</summary>
    private static FourWeights[] Fours(int[] weights) =>
        [.. weights.Chunk(PixelsAtOnce).Select(four => new FourWeights(Lanes(four, LowOf), Lanes(four, HighOf)))];

    private static Vector256<short> Lanes(int[] four, Func<int, int> part)
    {
        // A pair of 16 bits each, as PixelLanes.Paired has its pixels.
        int Pair(int at) => (part(four.ElementAtOrDefault(at)) & 0xFFFF) | (part(four.ElementAtOrDefault(at + 1)) << 16);
        return Vector256.Create(Vector128.Create(Pair(0)), Vector128.Create(Pair(2))).AsInt16();
    }

    // low + high · 2¹⁵ is the weight again, with low from −2¹⁴ to 2¹⁴ − 1.
    private static int HighOf(int weight) => (weight + (1 << (LowBits - 1))) >> LowBits;

    private static int LowOf(int weight) => weight - (HighOf(weight) << LowBits);

    private static Window[] Windows(int source, int target, PillowFilter filter)
    {
        var scale = (double)source / target;
        var widening = Math.Max(scale, 1);
        var support = SupportOf(filter) * widening;
        return [.. Enumerable.Range(0, target).Select(i => Around((i + 0.5) * scale, support, widening, source, filter))];
    }

    private static Window Around(double center, double support, double widening, int source, PillowFilter filter)
    {
        var first = Math.Max(0, (int)(center - support + 0.5));
        var end = Math.Min(source, (int)(center + support + 0.5));
        var weights = Enumerable.Range(first, end - first).Select(pixel => Weight(filter, (pixel - center + 0.5) * (1 / widening))).ToArray();
        var sum = weights.Sum();
        return new Window(first, [.. weights.Select(weight => (int)Math.Round(weight / sum * (1 << PrecisionBits), MidpointRounding.AwayFromZero))]);
    }

    private static double SupportOf(PillowFilter filter) => filter switch { PillowFilter.Lanczos => 3, PillowFilter.Bicubic => 2, PillowFilter.Box => 0.5, _ => 1 };

    private static double Weight(PillowFilter filter, double x) => filter switch
    {
        PillowFilter.Lanczos => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0,
        PillowFilter.Bicubic => Cubic(Math.Abs(x)),
        PillowFilter.Box => x is > -0.5 and <= 0.5 ? 1 : 0,
        _ => Math.Max(0, 1 - Math.Abs(x)),
    };

    private static double Cubic(double x)
    {
        const double A = -0.5;
        return x < 1 ? (((((A + 2) * x) - (A + 3)) * x) * x) + 1 : x < 2 ? ((((((x - 5) * x) + 8) * x) - 4) * A) : 0;
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
