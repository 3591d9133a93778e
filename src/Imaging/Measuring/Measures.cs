using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>What can be measured on a picture without a model.</summary>
public static class Measures
{
    /// <summary>A channel at or above this (of 255) counts as nearly white.</summary>
    public const int NearWhite = 235;

    /// <summary>Width of the border ring, a fraction of the shorter side.</summary>
    public const double BorderWidth = 0.06;

    /// <summary>
    /// How far (of 255, the largest channel) a pixel may lie from the median colour of a flat background. A
    /// diffusion model's white page is rarely even: vignettes and tints of up to about 20 were seen, while the
    /// calmest drawn scenes (a night sky) spread over more than twice that.
    /// </summary>
    public const int FlatTolerance = 24;

    /// <summary>Share of background pixels within <see cref="FlatTolerance"/> from which a background counts as flat.</summary>
    public const double FlatShare = 0.9;

    /// <summary>Share of the border ring's pixels that are nearly white, 0 to 1.</summary>
    public static double NearWhiteBorder(Picture picture)
    {
        var ring = Math.Max(1, (int)Math.Round(BorderWidth * Math.Min(picture.Width, picture.Height)));
        var (white, all) = (0, 0);
        for (var i = 0; i < picture.Width * picture.Height; i++)
        {
            var (y, x) = Math.DivRem(i, picture.Width);
            if (Math.Min(Math.Min(x, picture.Width - 1 - x), Math.Min(y, picture.Height - 1 - y)) >= ring)
                continue;

            all++;
            var pixel = picture.Pixels.AsSpan(i * 4, 3);
            white += pixel[0] >= NearWhite && pixel[1] >= NearWhite && pixel[2] >= NearWhite ? 1 : 0;
        }

        return (double)white / all;
    }

    /// <summary>
    /// Share of the background's pixels that lie within <see cref="FlatTolerance"/> of their median colour, 0 to 1.
    /// </summary>
    /// <param name="picture">An opaque picture.</param>
    /// <param name="foreground">True where the mascot is, row by row; null where there is none.</param>
    public static double Flatness(Picture picture, bool[]? foreground = null)
    {
        var (counts, all) = (new int[3 * 256], 0);
        for (var i = 0; i < picture.Width * picture.Height; i++)
        {
            if (foreground is not null && foreground[i])
                continue;
            all++;
            for (var c = 0; c < 3; c++)
                counts[(c * 256) + picture.Pixels[(i * 4) + c]]++;
        }

        if (all == 0)
            return 1;
        var (red, green, blue) = (Median(counts.AsSpan(0, 256), all), Median(counts.AsSpan(256, 256), all), Median(counts.AsSpan(512, 256), all));
        var near = 0;
        for (var i = 0; i < picture.Width * picture.Height; i++)
        {
            if (foreground is null || !foreground[i])
                near += IsNear(picture.Pixels[i * 4], red) && IsNear(picture.Pixels[(i * 4) + 1], green) && IsNear(picture.Pixels[(i * 4) + 2], blue) ? 1 : 0;
        }

        return (double)near / all;
    }

    private static bool IsNear(byte value, int median) => Math.Abs(value - median) <= FlatTolerance;

    /// <summary>The value that has as many below it as above, of values that are counted: no list is sorted, however large the picture.</summary>
    private static int Median(ReadOnlySpan<int> counts, int all)
    {
        var (value, below) = (0, counts[0]);
        while (below <= all / 2)
            below += counts[++value];
        return value;
    }

    /// <summary>Whether the background is nearly one colour.</summary>
    public static bool IsFlat(Picture picture, bool[]? foreground = null) => Flatness(picture, foreground) >= FlatShare;

    /// <summary>Mean absolute difference of all colour channels, 0 to 255.</summary>
    /// <exception cref="ArgumentException">The pictures differ in size.</exception>
    public static double MeanAbsoluteDifference(Picture first, Picture second)
    {
        if (first.Width != second.Width || first.Height != second.Height)
            throw new ArgumentException($"Cannot compare {first.Width}×{first.Height} with {second.Width}×{second.Height} pixels.");

        double sum = 0;
        for (var i = 0; i < first.Pixels.Length; i++)
            sum += i % 4 == 3 ? 0 : Math.Abs(first.Pixels[i] - second.Pixels[i]);

        return sum / (first.Width * first.Height * 3);
    }
}
