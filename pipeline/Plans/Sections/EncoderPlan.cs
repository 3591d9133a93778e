using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>An image encoder, in whose embedding pictures are compared beside their pixels.</summary>
public sealed record EncoderPlan
{
    /// <summary>The key of the section in that of the evaluation.</summary>
    internal const string Key = "encoder";

    /// <summary>Its options.</summary>
    public static OptionTable<EncoderPlan> Declared { get; } = new(option =>
    [
        option.Path("model", o => o.Model, (o, v) => o with { Model = v }) with { Says = "The ONNX file of DINO, DINOv2 or CLIP's image tower: `pixel_values` in, `last_hidden_state`, `pooler_output` or `image_embeds` out.", IsRequired = true },
        option.Path("config", o => o.Config, (o, v) => o with { Config = v }) with { Says = "How it wants its pictures, as transformers writes it.", Otherwise = "`preprocessor_config.json` beside the model, or above its folder `onnx`" },
        .. option.Part(EncoderSettings.Declared, o => o.Settings, (o, v) => o with { Settings = v }),
    ]);

    /// <summary>The ONNX file.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its <c>preprocessor_config.json</c>; null: beside it.</summary>
    public string? Config { get; init; }

    /// <summary>What holds instead of what that file says.</summary>
    public EncoderSettings Settings { get; init; } = new();

    internal static EncoderPlan Read(MappingReader reader)
    {
        var plan = reader.Read(Declared, new EncoderPlan());
        reader.Finish();
        return plan;
    }
}
