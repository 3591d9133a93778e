using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>The tagger's files.</summary>
/// <param name="Model">The ONNX file, WD14's contract.</param>
/// <param name="Tags">Its <c>selected_tags.csv</c>.</param>
public sealed record TaggerPlan(string Model, string Tags)
{
    internal static TaggerPlan Read(MappingReader reader)
    {
        var plan = new TaggerPlan(reader.Text("model"), reader.Text("tags"));
        reader.Finish();
        return plan;
    }
}
