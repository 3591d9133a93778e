using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>
/// Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004) with their constants, as the mean over windows of 8×8
/// pixels, 4 apart, and the four channels. 1: equal.
/// </summary>
public static class Ssim
{
    private const int Window = 8;
    private const int Stride = 4;
    private const double C1 = 0.01 * 255 * 0.01 * 255;
    private const double C2 = 0.03 * 255 * 0.03 * 255;

    /// <summary>Of two pictures of one size.</summary>
    public static double Of(Picture first, Picture second)
    {
        var (width, height) = (Math.Min(Window, first.Width), Math.Min(Window, first.Height));
        var (sum, count) = (0.0, 0);
        for (var y = 0; y + height <= first.Height; y += Stride)
        {
            for (var x = 0; x + width <= first.Width; x += Stride)
            {
                for (var channel = 0; channel < 4; channel++)
                {
                    sum += Similarity(first, second, channel, x, y, width, height);
                    count++;
                }
            }
        }

        return sum / count;
    }

    private static double Similarity(Picture first, Picture second, int channel, int left, int top, int width, int height)
    {
        double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                var i = (((y * first.Width) + x) * 4) + channel;
                double p = first.Pixels[i], q = second.Pixels[i];
                (a, b, aa, bb, ab) = (a + p, b + q, aa + (p * p), bb + (q * q), ab + (p * q));
            }
        }

        var n = width * height;
        var (meanA, meanB) = (a / n, b / n);
        var (varianceA, varianceB, covariance) = ((aa / n) - (meanA * meanA), (bb / n) - (meanB * meanB), (ab / n) - (meanA * meanB));
        return ((2 * meanA * meanB) + C1) * ((2 * covariance) + C2)
            / (((meanA * meanA) + (meanB * meanB) + C1) * (varianceA + varianceB + C2));
    }
}
