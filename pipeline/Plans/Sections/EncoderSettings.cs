using Slipway.Engine.Options;
using Slipway.Imaging.Resampling;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>How an image encoder wants its pictures, where that is not as its <c>preprocessor_config.json</c> says it, or there is none.</summary>
public sealed record EncoderSettings
{
    private const string FromFile = "as the file says it";

    /// <summary>Its options.</summary>
    public static OptionTable<EncoderSettings> Declared { get; } = new(option =>
    [
        option.Whole("size", o => o.Size, (o, v) => o with { Size = v }, 1, 4096) with { Says = "Side to which pictures are resized: the shorter one where the middle is cut out, else both; in pixels.", Otherwise = FromFile },
        option.Whole("crop_size", o => o.CropSize, (o, v) => o with { CropSize = v }, 0, 4096) with { Says = "Side of the middle that is cut out then; 0: nothing is cut.", Otherwise = FromFile },
        option.Word<PillowFilter>("resample", o => o.Resample, (o, v) => o with { Resample = v }) with { Says = "How they are resized, as Pillow does it.", Otherwise = FromFile },
        option.Positive("rescale_factor", o => o.RescaleFactor, (o, v) => o with { RescaleFactor = v }) with { Says = "What bytes are multiplied by.", Otherwise = FromFile },
        option.Numbers("image_mean", o => o.ImageMean, (o, v) => o with { ImageMean = v }, 3, -1000) with { Says = "What is subtracted of red, green and blue then.", Otherwise = FromFile },
        option.Numbers("image_std", o => o.ImageStd, (o, v) => o with { ImageStd = v }, 3, 1e-6) with { Says = "What they are divided by then.", Otherwise = FromFile },
    ]);

    /// <summary>Side to which pictures are resized, in pixels.</summary>
    public int? Size { get; init; }

    /// <summary>Side of the middle that is cut out, in pixels; 0: nothing is cut.</summary>
    public int? CropSize { get; init; }

    /// <summary>How they are resized.</summary>
    public PillowFilter? Resample { get; init; }

    /// <summary>What bytes are multiplied by.</summary>
    public double? RescaleFactor { get; init; }

    /// <summary>What is subtracted, by channel.</summary>
    public IReadOnlyList<double>? ImageMean { get; init; }

    /// <summary>What is divided by, by channel.</summary>
    public IReadOnlyList<double>? ImageStd { get; init; }

    /// <summary>Whether nothing is missing where there is no file.</summary>
    public bool AreWhole => Size is not null && ImageMean is not null && ImageStd is not null;
}
