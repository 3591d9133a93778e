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

    // Whole numbers: their sum has the same bits in any order.
    private static Vector128<int> Half => Vector128.Create(1 << (PrecisionBits - 1));

    /// <param name="First">First source pixel.</param>
    /// <param name="Weights">Of it and those behind it, in fixed point.</param>
    private sealed record Window(int First, int[] Weights);

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
        var pairs = Array.ConvertAll(windows, window => Pairs(window.Weights));
        // A pixel more than there are, as they are read in pairs.
        var row = new byte[(picture.Width + 1) * Channels];
        for (var (y, to) = (0, 0); y < picture.Height; y++)
        {
            picture.Pixels.AsSpan(y * picture.Width * Channels, picture.Width * Channels).CopyTo(row);
            for (var x = 0; x < width; x++, to += Channels)
            {
                var sum = Vector256<int>.Zero;
                var at = windows[x].First * Channels;
                foreach (var weights in pairs[x])
                {
                    sum += PixelLanes.ReadPair(row, at) * weights;
                    at += 2 * Channels;
                }

                PixelLanes.Write((sum.GetLower() + sum.GetUpper() + Half) >> PrecisionBits, target.Pixels, to);
            }
        }

        return target;
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
            for (; x <= stride - (2 * Channels); x += 2 * Channels)
            {
                var sum = Vector256<int>.Zero;
                for (var i = 0; i < weights.Length; i++)
                    sum += PixelLanes.ReadPair(source, (i * stride) + x) * weights[i];
                PixelLanes.Write((sum.GetLower() + Half) >> PrecisionBits, made, x);
                PixelLanes.Write((sum.GetUpper() + Half) >> PrecisionBits, made, x + Channels);
            }

            if (x < stride)
            {
                var sum = Half;
                for (var i = 0; i < weights.Length; i++)
                    sum += PixelLanes.Read(source, (i * stride) + x) * weights[i];
                PixelLanes.Write(sum >> PrecisionBits, made, x);
            }
        }

        return target;
    }

    /// <summary>The weights of two pixels at a time, each for four channels; after the last, none.</summary>
    private static Vector256<int>[] Pairs(int[] weights) =>
        [.. weights.Chunk(2).Select(pair => Vector256.Create(Vector128.Create(pair[0]), Vector128.Create(pair.ElementAtOrDefault(1))))];

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
