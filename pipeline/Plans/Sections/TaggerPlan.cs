using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>The tagger's files.</summary>
public sealed record TaggerPlan
{
    /// <summary>Its options.</summary>
    public static OptionTable<TaggerPlan> Declared { get; } = new(option =>
    [
        option.Path("model", o => o.Model, (o, v) => o with { Model = v }) with { Says = "The tagger's ONNX file, by WD14's contract; `hub:NAME` for an entry of `hub`.", IsRequired = true },
        option.Path("tags", o => o.Tags, (o, v) => o with { Tags = v }) with { Says = "Its `selected_tags.csv`.", IsRequired = true },
    ]);

    /// <summary>The ONNX file, WD14's contract.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its <c>selected_tags.csv</c>.</summary>
    public string Tags { get; init; } = "";

    internal static TaggerPlan Read(MappingReader reader)
    {
        var plan = reader.Read(Declared, new TaggerPlan());
        reader.Finish();
        return plan;
    }
}
