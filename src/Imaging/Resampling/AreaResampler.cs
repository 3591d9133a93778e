using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Resampling;

/// <summary>
/// Shrinks by the mean of the covered area, as OpenCV's <c>INTER_AREA</c> does for bytes: exact integer sums where both
/// sides shrink by whole factors, else float32 weights of each covered pixel's share, columns before rows.
/// </summary>
public static class AreaResampler
{
    private const int Channels = PixelLanes.Channels;

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
        var (stride, target) = (picture.Width * Channels, new Picture(width, height));
        for (var (y, at) = (0, 0); y < height; y++)
        {
            for (var x = 0; x < width; x++, at += Channels)
            {
                var sum = Vector128<int>.Zero;
                for (var row = y * down; row < (y + 1) * down; row++)
                {
                    var covered = picture.Pixels.AsSpan((row * stride) + (x * across * Channels), across * Channels);
                    for (var column = 0; column < covered.Length; column += Channels)
                        sum += PixelLanes.Read(covered, column);
                }

                // OpenCV has a path of its own for halves, which rounds up; the others round half to even.
                if (across == 2 && down == 2)
                    PixelLanes.Write((sum + Vector128.Create(2)) >> 2, target.Pixels, at);
                else
                    PixelLanes.Write(Vector128.ConvertToSingle(sum) * (1f / (across * down)), target.Pixels, at);
            }
        }

        return target;
    }

    private static Picture ByShares(Picture picture, int width, int height)
    {
        var columns = Shares(picture.Width, width);
        var target = new Picture(width, height);
        var row = new Vector128<float>[width];
        var sum = new Vector128<float>[width];
        var (current, shrunk) = (0, -1);
        foreach (var share in Shares(picture.Height, height))
        {
            if (share.Target != current)
            {
                Flush(sum, target, current);
                current = share.Target;
            }

            if (share.Source != shrunk)
                ShrinkRow(picture, shrunk = share.Source, columns, row);
            for (var x = 0; x < row.Length; x++)
                sum[x] += share.Weight * row[x];
        }

        Flush(sum, target, current);
        return target;
    }

    private static void ShrinkRow(Picture picture, int y, Share[] columns, Vector128<float>[] row)
    {
        var source = picture.Pixels.AsSpan(y * picture.Width * Channels, picture.Width * Channels);
        for (var (x, at) = (0, 0); x < row.Length; x++)
        {
            var sum = Vector128<float>.Zero;
            for (; at < columns.Length && columns[at].Target == x; at++)
                sum += Vector128.ConvertToSingle(PixelLanes.Read(source, columns[at].Source * Channels)) * columns[at].Weight;
            row[x] = sum;
        }
    }

    private static void Flush(Vector128<float>[] sum, Picture target, int y)
    {
        for (var x = 0; x < sum.Length; x++)
            PixelLanes.Write(sum[x], target.Pixels, ((y * sum.Length) + x) * Channels);

        Array.Clear(sum);
    }

    /// <summary>Which pixels lie under which target pixel of one side, and how much of it each fills.</summary>
    private static Share[] Shares(int source, int target)
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

        return [.. shares];
    }
}
