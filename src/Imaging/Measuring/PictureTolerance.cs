using System.Globalization;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

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
            return $"size: {received.Width}×{received.Height}, expected {verified.Width}×{verified.Height}";
        var found = PictureDifference.Of(received, verified, Channel);
        return Allows(found)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"ssim: {found.Ssim:F5}, expected {LeastSsim:F5} or more\npixels off by more than {Channel}: {found.PixelsOff:P3}, expected {PixelsOff:P3} or less\nlargest difference: {found.Largest}");
    }

    /// <summary>Whether a difference that was measured with <see cref="Channel"/> is none too much.</summary>
    public bool Allows(PictureDifference difference)
    {
        ArgumentNullException.ThrowIfNull(difference);
        return difference.Ssim >= LeastSsim && difference.PixelsOff <= PixelsOff;
    }
}
