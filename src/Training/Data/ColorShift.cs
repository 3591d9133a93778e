using Slipway.Training.Randomness;

namespace Slipway.Training.Data;

/// <summary>
/// <c>color_aug</c> as sd-scripts has it: a third of the uses get either another hue, at most 16° away, or another gamma, from
/// 0.95 to 1.05. The gamma is of values from 0 to 1 (sd-scripts takes the power of 0–255, which changes the brightness).
/// </summary>
/// <param name="Hue">Degrees; null: the same.</param>
/// <param name="Gamma">1: the same.</param>
internal sealed record ColorShift(double? Hue, double Gamma)
{
    private const double Share = 0.33;
    private const double MostHue = 16;
    private const double MostGamma = 0.05;

    /// <summary>Draws the shift of one use; null: the use keeps its colours.</summary>
    public static ColorShift? Draw(RandomNumbers random)
    {
        if (random.NextDouble() >= Share)
            return null;
        var isHue = random.NextDouble() >= 0.5;
        var amount = (2 * random.NextDouble()) - 1;
        return isHue ? new(amount * MostHue, 1) : new(null, 1 + (amount * MostGamma));
    }

    /// <param name="rgb">3 bytes a pixel; left as they are.</param>
    public byte[] Apply(byte[] rgb) => Hue is { } degrees ? Turned(rgb, degrees) : Powered(rgb);

    private byte[] Powered(byte[] rgb)
    {
        var table = Enumerable.Range(0, 256).Select(v => (byte)Math.Round(255 * Math.Pow(v / 255.0, Gamma))).ToArray();
        return Array.ConvertAll(rgb, value => table[value]);
    }

    // HSV's hue is where the channels stand to each other: value and chroma stay.
    private static byte[] Turned(byte[] rgb, double degrees)
    {
        var turned = new byte[rgb.Length];
        for (var i = 0; i < rgb.Length; i += 3)
        {
            var (r, g, b) = (rgb[i], rgb[i + 1], rgb[i + 2]);
            var value = Math.Max(r, Math.Max(g, b));
            var chroma = value - Math.Min(r, Math.Min(g, b));
            var hue = chroma == 0 ? 0 : (HueOf(r, g, b, value, chroma) + (degrees / 60) + 6) % 6;
            for (var channel = 0; channel < 3; channel++)
                turned[i + channel] = (byte)Math.Round(value - (chroma * Shade(hue, channel)));
        }
        return turned;
    }

    // In sixths of the circle, from red over green to blue.
    private static double HueOf(double r, double g, double b, double value, double chroma) =>
        value == r ? (g - b) / chroma
        : value == g ? ((b - r) / chroma) + 2
        : ((r - g) / chroma) + 4;

    // How much of the chroma a channel lacks at a hue: k = (5, 3, 1) + h mod 6, min(k, 4 − k) kept within 0 and 1.
    private static double Shade(double hue, int channel)
    {
        var k = (5 - (2 * channel) + hue) % 6;
        return Math.Clamp(Math.Min(k, 4 - k), 0, 1);
    }
}
