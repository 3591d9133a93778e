using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>How far two pictures of one size differ.</summary>
/// <param name="Ssim">Structural similarity, 1 for equal pictures; see <see cref="Measuring.Ssim"/>.</param>
/// <param name="PixelsOff">Share of pixels of which a channel differs by more than the number that was asked for, 0 to 1.</param>
/// <param name="Largest">Largest difference of a channel, 0 to 255.</param>
public sealed record PictureDifference(double Ssim, double PixelsOff, int Largest)
{
    private const int Amplified = 4;
    private const int Gap = 8;
    private const int SmallSide = 192;

    /// <summary>Measures it.</summary>
    /// <param name="first">A picture.</param>
    /// <param name="second">Another of its size.</param>
    /// <param name="channel">A pixel is off when a channel differs by more than this, of 255.</param>
    /// <exception cref="ArgumentException">They have different sizes.</exception>
    public static PictureDifference Of(Picture first, Picture second, int channel)
    {
        RequireOneSize(first, second);
        var (off, largest) = (0, 0);
        for (var i = 0; i < first.Pixels.Length; i += 4)
        {
            var difference = 0;
            for (var c = 0; c < 4; c++)
                difference = Math.Max(difference, Math.Abs(first.Pixels[i + c] - second.Pixels[i + c]));
            off += difference > channel ? 1 : 0;
            largest = Math.Max(largest, difference);
        }

        return new PictureDifference(Measuring.Ssim.Of(first, second), off / (first.Pixels.Length / 4.0), largest);
    }

    /// <summary>Both pictures beside each other, and behind them their difference, four times as strong. Small ones are enlarged by whole pixels.</summary>
    /// <param name="verified">Stands on the left.</param>
    /// <param name="received">Stands in the middle.</param>
    /// <exception cref="ArgumentException">They have different sizes.</exception>
    public static Picture Draw(Picture verified, Picture received)
    {
        RequireOneSize(verified, received);
        var factor = Math.Max(1, SmallSide / Math.Max(verified.Width, verified.Height));
        var (width, height) = (verified.Width * factor, verified.Height * factor);
        var drawn = new Picture((3 * width) + (2 * Gap), height);
        Array.Fill(drawn.Pixels, (byte)255);
        Place(drawn, verified, 0, factor);
        Place(drawn, received, width + Gap, factor);
        Place(drawn, Difference(verified, received), 2 * (width + Gap), factor);
        return drawn;
    }

    private static Picture Difference(Picture first, Picture second)
    {
        var difference = new Picture(first.Width, first.Height);
        for (var i = 0; i < first.Pixels.Length; i++)
            difference.Pixels[i] = i % 4 == 3 ? (byte)255 : (byte)Math.Min(255, Amplified * Math.Abs(first.Pixels[i] - second.Pixels[i]));
        return difference;
    }

    private static void Place(Picture target, Picture picture, int left, int factor)
    {
        for (var y = 0; y < picture.Height * factor; y++)
        {
            for (var x = 0; x < picture.Width * factor; x++)
                picture.Pixels.AsSpan((((y / factor) * picture.Width) + (x / factor)) * 4, 4).CopyTo(target.Pixels.AsSpan(((y * target.Width) + left + x) * 4));
        }
    }

    private static void RequireOneSize(Picture first, Picture second)
    {
        if (first.Width != second.Width || first.Height != second.Height)
            throw new ArgumentException($"Pictures of {first.Width}×{first.Height} and {second.Width}×{second.Height} are of different sizes.");
    }
}
