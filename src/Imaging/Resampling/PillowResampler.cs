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
    private const int Channels = 4;
    private const int PrecisionBits = 22;

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
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var start = ((y * picture.Width) + windows[x].First) * Channels;
                Sum(picture, start, Channels, windows[x].Weights, target.Pixels.AsSpan(((y * width) + x) * Channels, Channels));
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
            for (var x = 0; x < picture.Width; x++)
            {
                var start = (windows[y].First * stride) + (x * Channels);
                Sum(picture, start, stride, windows[y].Weights, target.Pixels.AsSpan((y * stride) + (x * Channels), Channels));
            }
        }

        return target;
    }

    private static void Sum(Picture picture, int start, int step, int[] weights, Span<byte> target)
    {
        for (var c = 0; c < Channels; c++)
        {
            var sum = 1 << (PrecisionBits - 1);
            for (var i = 0; i < weights.Length; i++)
                sum += picture.Pixels[start + (i * step) + c] * weights[i];

            target[c] = (byte)Math.Clamp(sum >> PrecisionBits, 0, 255);
        }
    }

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
