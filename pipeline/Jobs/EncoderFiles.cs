using Slipway.Engine.Jobs;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Tagging.Encoders;

namespace Slipway.Pipeline.Jobs;

/// <summary>An image encoder that a job works with.</summary>
/// <param name="Encoder">Its ONNX file.</param>
/// <param name="Configuration">Its <c>preprocessor_config.json</c>; null where the settings say everything.</param>
/// <param name="Settings">What holds instead of what that says.</param>
public sealed record EncoderFiles(FileRef Encoder, FileRef? Configuration, EncoderSettings Settings)
{
    /// <summary>The file with its weights, where an export has them beside the model; null: they are within.</summary>
    public FileRef? Weights { get; init; }

    /// <summary>The encoder, opened. On one thread, so that its sums do not depend on the machine's cores.</summary>
    public ImageEncoder Open(JobIo io)
    {
        // ONNX Runtime finds it beside the model by itself.
        if (Weights is not null)
            io.PathOf(Weights);
        return Open(io.PathOf(Encoder), Configuration is null ? null : EncoderInput.Parse(io.ReadText(Configuration), io.NameOf(Configuration)));
    }

    /// <summary>The same outside of a job.</summary>
    /// <param name="path">Where the ONNX file is.</param>
    /// <param name="configuration">What its configuration says; null where there is none.</param>
    public ImageEncoder Open(string path, EncoderInput? configuration) => new(path, Form(configuration ?? new EncoderInput()), threads: 1);

    private EncoderInput Form(EncoderInput form)
    {
        if (Settings.CropSize is { } crop)
            form = form with { Crop = crop == 0 ? null : (crop, crop) };
        if (Settings.Size is { } side)
            form = form.Crop is null ? form with { ShortestEdge = null, Size = (side, side) } : form with { ShortestEdge = side, Size = null };
        return form with
        {
            Resample = Settings.Resample ?? form.Resample,
            RescaleFactor = Settings.RescaleFactor ?? form.RescaleFactor,
            Mean = Settings.ImageMean ?? form.Mean,
            Std = Settings.ImageStd ?? form.Std,
        };
    }
}
