using System.Runtime.InteropServices;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Resampling;

/// <summary>
/// Shrinks by the mean of the covered area, as OpenCV's <c>INTER_AREA</c> does for bytes: exact integer sums where both
/// sides shrink by whole factors, else float32 weights of each covered pixel's share, columns before rows.
/// </summary>
public static class AreaResampler
{
    private const int Channels = 4;

    // Shares of a pixel below this are left out, as in OpenCV.
    private const double LeastShare = 1e-3;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Share(int Source, int Target, float Weight);

    /// <exception cref="ArgumentException">The picture is not opaque, or a side would grow.</exception>
    public static Picture Resize(Picture picture, int width, int height)
    {
        Resampler.Check(picture, width, height);
        if (width > picture.Width || height > picture.Height)
            throw new ArgumentException($"Area resampling shrinks only: {picture.Width}×{picture.Height} cannot become {width}×{height}.", nameof(width));

        return picture.Width % width == 0 && picture.Height % height == 0
            ? ByWholeFactors(picture, width, height)
            : ByShares(picture, width, height);
    }

    private static Picture ByWholeFactors(Picture picture, int width, int height)
    {
        var (across, down) = (picture.Width / width, picture.Height / height);
        var target = new Picture(width, height);
        for (var i = 0; i < target.Pixels.Length; i++)
        {
            var (pixel, channel) = Math.DivRem(i, Channels);
            var (y, x) = Math.DivRem(pixel, width);
            var sum = 0;
            for (var row = y * down; row < (y + 1) * down; row++)
            {
                var start = (((row * picture.Width) + (x * across)) * Channels) + channel;
                for (var column = 0; column < across; column++)
                    sum += picture.Pixels[start + (column * Channels)];
            }

            target.Pixels[i] = Mean(sum, across, down);
        }

        return target;
    }

    // OpenCV has a path of its own for halves, which rounds up; the others round half to even.
    private static byte Mean(int sum, int across, int down) =>
        across == 2 && down == 2 ? (byte)((sum + 2) >> 2) : Round(sum * (1f / (across * down)));

    private static Picture ByShares(Picture picture, int width, int height)
    {
        var columns = Shares(picture.Width, width);
        var target = new Picture(width, height);
        var row = new float[width * Channels];
        var sum = new float[width * Channels];
        var current = 0;
        foreach (var share in Shares(picture.Height, height))
        {
            if (share.Target != current)
            {
                Flush(sum, target, current);
                current = share.Target;
            }

            ShrinkRow(picture, share.Source, columns, row);
            for (var i = 0; i < row.Length; i++)
                sum[i] += share.Weight * row[i];
        }

        Flush(sum, target, current);
        return target;
    }

    private static void ShrinkRow(Picture picture, int y, List<Share> columns, float[] row)
    {
        Array.Clear(row);
        var source = picture.Pixels.AsSpan(y * picture.Width * Channels, picture.Width * Channels);
        foreach (var (from, to, weight) in columns)
        {
            for (var c = 0; c < Channels; c++)
                row[(to * Channels) + c] += source[(from * Channels) + c] * weight;
        }
    }

    private static void Flush(float[] sum, Picture target, int y)
    {
        for (var i = 0; i < sum.Length; i++)
            target.Pixels[(y * sum.Length) + i] = Round(sum[i]);

        Array.Clear(sum);
    }

    private static byte Round(float value) => (byte)Math.Clamp(MathF.Round(value, MidpointRounding.ToEven), 0, 255);

    /// <summary>Which pixels lie under which target pixel of one side, and how much of it each fills.</summary>
    private static List<Share> Shares(int source, int target)
    {
        var shares = new List<Share>();
        var scale = (double)source / target;
        for (var i = 0; i < target; i++)
        {
            var (start, end) = (i * scale, (i * scale) + scale);
            var width = Math.Min(scale, source - start);
            var last = Math.Min((int)Math.Floor(end), source - 1);
            var first = Math.Min((int)Math.Ceiling(start), last);
            if (first - start > LeastShare)
                shares.Add(new Share(first - 1, i, (float)((first - start) / width)));

            for (var whole = first; whole < last; whole++)
                shares.Add(new Share(whole, i, (float)(1 / width)));

            if (end - last > LeastShare)
                shares.Add(new Share(last, i, (float)(Math.Min(Math.Min(end - last, 1), width) / width)));
        }

        return shares;
    }
}
