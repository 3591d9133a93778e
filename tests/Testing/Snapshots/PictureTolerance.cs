using System.Globalization;
using Slipway.Imaging.Pictures;

namespace Slipway.Testing.Snapshots;

/// <summary>How far two pictures may differ and still count as the same.</summary>
/// <param name="LeastSsim">Smallest structural similarity, 1 for equal pictures.</param>
/// <param name="Channel">A pixel is off when a channel differs by more than this, of 255.</param>
/// <param name="PixelsOff">Largest share of pixels that may be off, 0 to 1.</param>
public sealed record PictureTolerance(double LeastSsim, int Channel, double PixelsOff)
{
    /// <summary>What is too much; null where nothing is.</summary>
    public string? Difference(Picture received, Picture verified)
    {
        if (received.Width != verified.Width || received.Height != verified.Height)
        {
            return $"size: {received.Width}×{received.Height}, expected {verified.Width}×{verified.Height}";
        }

        var ssim = Ssim.Of(received, verified);
        var (off, largest) = Pixels(received, verified);
        return ssim >= LeastSsim && off <= PixelsOff
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"ssim: {ssim:F5}, expected {LeastSsim:F5} or more\npixels off by more than {Channel}: {off:P3}, expected {PixelsOff:P3} or less\nlargest difference: {largest}");
    }

    private (double Off, int Largest) Pixels(Picture received, Picture verified)
    {
        var (off, largest) = (0, 0);
        for (var i = 0; i < received.Pixels.Length; i += 4)
        {
            var difference = 0;
            for (var c = 0; c < 4; c++)
            {
                difference = Math.Max(difference, Math.Abs(received.Pixels[i + c] - verified.Pixels[i + c]));
            }

            off += difference > Channel ? 1 : 0;
            largest = Math.Max(largest, difference);
        }

        return (off / (received.Pixels.Length / 4.0), largest);
    }
}
