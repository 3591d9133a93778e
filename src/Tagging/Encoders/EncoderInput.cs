using System.Text.Json;
using Slipway.Imaging.Pictures;
using Slipway.Imaging.Resampling;

namespace Slipway.Tagging.Encoders;

/// <summary>
/// How an image encoder wants its pictures, as transformers' <c>preprocessor_config.json</c> says it for CLIP, DINOv2 (BiT) and ViT: resized, cut to the
/// middle, scaled, and normalised by channel.
/// </summary>
public sealed record EncoderInput
{
    /// <summary>Length of the shorter side to which a picture is resized, in pixels; null: <see cref="Size"/>.</summary>
    public int? ShortestEdge { get; init; }

    /// <summary>Width and height to which it is resized, in pixels; null: neither, where <see cref="ShortestEdge"/> is null too.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>Width and height of the middle that is cut out of it, in pixels; null: nothing is cut.</summary>
    public (int Width, int Height)? Crop { get; init; }

    /// <summary>How it is resized.</summary>
    public PillowFilter Resample { get; init; } = PillowFilter.Bicubic;

    /// <summary>What bytes are multiplied by.</summary>
    public double RescaleFactor { get; init; } = 1 / 255.0;

    /// <summary>What is then subtracted, by channel: red, green, blue.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0, 0, 0];

    /// <summary>What it is then divided by.</summary>
    public IReadOnlyList<double> Std { get; init; } = [1, 1, 1];

    /// <summary>Whether the encoder is one of CLIP's: of those the pooled output is the embedding, and not the class token.</summary>
    public bool IsClip { get; init; }

    /// <summary>Width and height of what the encoder gets; null: as the picture is.</summary>
    public (int Width, int Height)? Result => Crop ?? Size;

    /// <summary>Reads <c>preprocessor_config.json</c>.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is no such file, or asks for what is not known here: all of it at once.</exception>
    public static EncoderInput Parse(string json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new PreprocessorConfiguration(document.RootElement, name).Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{name} is no preprocessor_config.json: {exception.Message.Split('\n')[0].TrimEnd('\r')}", exception);
        }
    }

    /// <summary>A picture as the encoder takes it: over white, as numbers [3, height, width] in the order red, green, blue.</summary>
    public float[] Write(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var sized = Cut(Resized(picture.Flatten(255, 255, 255)));
        var plane = sized.Width * sized.Height;
        var numbers = new float[3 * plane];
        for (var channel = 0; channel < 3; channel++)
        {
            var (mean, std) = ((float)Mean[channel], (float)Std[channel]);
            for (var i = 0; i < plane; i++)
                numbers[(channel * plane) + i] = ((float)(sized.Pixels[(i * 4) + channel] * RescaleFactor) - mean) / std;
        }

        return numbers;
    }

    private Picture Resized(Picture picture)
    {
        if (ShortestEdge is not { } edge)
            return Size is { } size ? PillowResampler.Resize(picture, size.Width, size.Height, Resample) : picture;
        // Cut off and not rounded, as transformers does it.
        var (width, height) = ((long)picture.Width, (long)picture.Height);
        var (wide, high) = width <= height ? (edge, (int)(edge * height / width)) : ((int)(edge * width / height), edge);
        return PillowResampler.Resize(picture, wide, high, Resample);
    }

    /// <summary>The middle, with black around it where the picture is smaller.</summary>
    private Picture Cut(Picture picture)
    {
        if (Crop is not { } crop || crop == (picture.Width, picture.Height))
            return picture;
        var cut = new Picture(crop.Width, crop.Height);
        var (left, top) = (Start(picture.Width, crop.Width), Start(picture.Height, crop.Height));
        for (var y = Math.Max(0, -top); y < crop.Height && y + top < picture.Height; y++)
        {
            for (var x = Math.Max(0, -left); x < crop.Width && x + left < picture.Width; x++)
                picture.Pixels.AsSpan((((y + top) * picture.Width) + x + left) * 4, 4).CopyTo(cut.Pixels.AsSpan(((y * crop.Width) + x) * 4));
        }

        return cut;
    }

    // Of an odd rest the smaller half goes left and above; of an odd border the larger one.
    private static int Start(int side, int crop) => side >= crop ? (side - crop) / 2 : -((crop - side + 1) / 2);
}
