using SkiaSharp;

namespace Slipway.Demo.Drawing;

/// <summary>Colours: hue in degrees, saturation and value in [0, 1].</summary>
internal static class Ink
{
    public static readonly SKColor White = new(255, 255, 255);
    public static readonly SKColor Dark = new(34, 30, 44);

    public static SKColor Hsv(double hue, double saturation, double value) =>
        SKColor.FromHsv((float)(((hue % 360) + 360) % 360), (float)(saturation * 100), (float)(value * 100));

    /// <summary><paramref name="share"/> of <paramref name="other"/> in <paramref name="color"/>.</summary>
    public static SKColor Mix(this SKColor color, SKColor other, double share) => new(
        Blend(color.Red, other.Red, share),
        Blend(color.Green, other.Green, share),
        Blend(color.Blue, other.Blue, share),
        color.Alpha);

    public static SKColor Darker(this SKColor color, double share) => color.Mix(new SKColor(20, 14, 40), share);

    public static SKColor Lighter(this SKColor color, double share) => color.Mix(White, share);

    public static SKColor Clear(this SKColor color, double opacity) => color.WithAlpha((byte)Math.Round(opacity * 255));

    private static byte Blend(byte from, byte to, double share) => (byte)Math.Round(from + ((to - from) * share));
}
