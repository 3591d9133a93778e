using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Resampling;

/// <summary>
/// Resizing as OpenCV computes it for bytes where it does not take means of areas: weights in fixed point (11 bits), columns first, rows from sums of
/// whole numbers. OpenCV's own vector code sums the rows of a bicubic in float32, which may differ by 1 where a value lies half between two.
/// </summary>
public static class OpenCvResampler
{
    private const int Channels = 4;
    private const int Colours = 3;
    private const int Bits = 11;
    private const int One = 1 << Bits;

    /// <param name="Sources">Source pixels or rows, within the picture.</param>
    /// <param name="Weights">Of each, in fixed point.</param>
    private sealed record Taps(int[] Sources, int[] Weights);

    /// <exception cref="ArgumentException">The picture is not opaque, a side is below one pixel, or the interpolation is Pillow's.</exception>
    public static Picture Resize(Picture picture, int width, int height, Interpolation interpolation)
    {
        Resampler.Check(picture, width, height);
        return interpolation switch
        {
            Interpolation.Nearest => Nearest(picture, width, height),
            Interpolation.Area when width <= picture.Width && height <= picture.Height => AreaResampler.Resize(picture, width, height),
            // OpenCV takes halves for areas.
            Interpolation.Bilinear when picture.Width == 2 * width && picture.Height == 2 * height => AreaResampler.Resize(picture, width, height),
            Interpolation.Area => Blend(picture, AreaTaps(picture.Width, width, isAcross: true), AreaTaps(picture.Height, height, isAcross: false), Linear),
            Interpolation.Bilinear => Blend(picture, LinearTaps(picture.Width, width, isAcross: true), LinearTaps(picture.Height, height, isAcross: false), Linear),
            Interpolation.Bicubic => Blend(picture, CubicTaps(picture.Width, width), CubicTaps(picture.Height, height), Cubic),
            _ => throw new ArgumentException($"{interpolation} is not OpenCV's.", nameof(interpolation)),
        };
    }

    private static Picture Nearest(Picture picture, int width, int height)
    {
        var (columns, rows) = (NearestOf(picture.Width, width), NearestOf(picture.Height, height));
        var target = new Picture(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                picture.Pixels.AsSpan(((rows[y] * picture.Width) + columns[x]) * Channels, Channels).CopyTo(target.Pixels.AsSpan(((y * width) + x) * Channels));
        }

        return target;
    }

    // The middle of each target pixel, in fixed point of 16 bits.
    private static int[] NearestOf(int source, int target)
    {
        var step = (((long)source << 16) + (target / 2)) / target;
        return [.. Enumerable.Range(0, target).Select(i => (int)Math.Min(((step * i) + (step / 2) - (source % 2)) >> 16, source - 1))];
    }

    private static Picture Blend(Picture picture, Taps[] columns, Taps[] rows, Func<int[], Taps, byte> sum)
    {
        var target = new Picture(columns.Length, rows.Length);
        var across = new Dictionary<int, int[]>();
        for (var y = 0; y < rows.Length; y++)
        {
            foreach (var done in across.Keys.Where(row => row < rows[y].Sources[0]).ToList())
                across.Remove(done);
            int[][] sources = [.. rows[y].Sources.Select(row => across.TryGetValue(row, out var known) ? known : across[row] = Across(picture, row, columns))];
            var values = new int[sources.Length];
            for (var x = 0; x < columns.Length; x++)
            {
                var place = ((y * columns.Length) + x) * Channels;
                for (var c = 0; c < Colours; c++)
                {
                    for (var i = 0; i < values.Length; i++)
                        values[i] = sources[i][(x * Colours) + c];
                    target.Pixels[place + c] = sum(values, rows[y]);
                }

                target.Pixels[place + Colours] = byte.MaxValue;
            }
        }

        return target;
    }

    private static int[] Across(Picture picture, int row, Taps[] columns)
    {
        var values = new int[columns.Length * Colours];
        var start = row * picture.Width * Channels;
        for (var x = 0; x < columns.Length; x++)
        {
            for (var i = 0; i < columns[x].Sources.Length; i++)
            {
                var pixel = start + (columns[x].Sources[i] * Channels);
                for (var c = 0; c < Colours; c++)
                    values[(x * Colours) + c] += picture.Pixels[pixel + c] * columns[x].Weights[i];
            }
        }

        return values;
    }

    // Both products lose their last bits before they are added, as there.
    private static byte Linear(int[] values, Taps row) =>
        (byte)(((((values[0] >> 4) * row.Weights[0]) >> 16) + (((values[1] >> 4) * row.Weights[1]) >> 16) + 2) >> 2);

    private static byte Cubic(int[] values, Taps row)
    {
        var sum = 1 << ((2 * Bits) - 1);
        for (var i = 0; i < values.Length; i++)
            sum += values[i] * row.Weights[i];
        return (byte)Math.Clamp(sum >> (2 * Bits), 0, byte.MaxValue);
    }

    // Beyond the first and last middle there is nothing to blend with; rows keep their weights and repeat the border.
    private static Taps[] LinearTaps(int source, int target, bool isAcross)
    {
        var scale = (double)source / target;
        return [.. Enumerable.Range(0, target).Select(i => (float)(((i + 0.5) * scale) - 0.5)).Select(place => Pair((int)MathF.Floor(place), place - MathF.Floor(place), source, isAcross))];
    }

    private static Taps[] AreaTaps(int source, int target, bool isAcross)
    {
        var (scale, inverse) = ((double)source / target, (double)target / source);
        return [.. Enumerable.Range(0, target).Select(i =>
        {
            var first = (int)Math.Floor(i * scale);
            var share = (float)((i + 1) - ((first + 1) * inverse));
            return Pair(first, share <= 0 ? 0 : share - MathF.Floor(share), source, isAcross);
        })];
    }

    private static Taps Pair(int first, float share, int source, bool isAcross)
    {
        if (isAcross && (first < 0 || first >= source - 1))
            (first, share) = (first < 0 ? 0 : source - 1, 0);
        return new([Within(first, source), Within(first + 1, source)], [Fixed(1 - share), Fixed(share)]);
    }

    private static Taps[] CubicTaps(int source, int target)
    {
        var scale = (double)source / target;
        return [.. Enumerable.Range(0, target).Select(i => (float)(((i + 0.5) * scale) - 0.5)).Select(place =>
        {
            var first = (int)MathF.Floor(place);
            return new Taps([.. Enumerable.Range(first - 1, 4).Select(pixel => Within(pixel, source))], [.. CubicWeights(place - MathF.Floor(place)).Select(Fixed)]);
        })];
    }

    private static float[] CubicWeights(float x)
    {
        const float A = -0.75f;
        var before = ((((A * (x + 1)) - (5 * A)) * (x + 1) + (8 * A)) * (x + 1)) - (4 * A);
        var at = (((((A + 2) * x) - (A + 3)) * x) * x) + 1;
        var next = (((((A + 2) * (1 - x)) - (A + 3)) * (1 - x)) * (1 - x)) + 1;
        return [before, at, next, 1 - before - at - next];
    }

    private static int Within(int pixel, int source) => Math.Clamp(pixel, 0, source - 1);

    private static int Fixed(float weight) => (int)MathF.Round(weight * One, MidpointRounding.ToEven);
}
