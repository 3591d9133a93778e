namespace Slipway.Training;

/// <summary>What becomes of an image's transparency: it is laid on one colour. There is no default: a hidden colour would become the background.</summary>
/// <param name="Red">0–255.</param>
/// <param name="Green">0–255.</param>
/// <param name="Blue">0–255.</param>
public sealed record AlphaPolicy(byte Red, byte Green, byte Blue)
{
    public static AlphaPolicy White { get; } = new(255, 255, 255);

    public static AlphaPolicy Black { get; } = new(0, 0, 0);

    /// <summary>RGBA over the colour, as RGB; rounded to nearest.</summary>
    public byte[] Flatten(ReadOnlySpan<byte> rgba)
    {
        ReadOnlySpan<byte> ground = [Red, Green, Blue];
        var rgb = new byte[rgba.Length / 4 * 3];
        for (var pixel = 0; pixel < rgba.Length / 4; pixel++)
        {
            int alpha = rgba[(pixel * 4) + 3];
            for (var c = 0; c < 3; c++)
                rgb[(pixel * 3) + c] = (byte)(((rgba[(pixel * 4) + c] * alpha) + (ground[c] * (255 - alpha)) + 127) / 255);
        }
        return rgb;
    }
}
