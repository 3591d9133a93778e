using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>
/// Reads the LoRA files that a training starts from. Their paths get into no fingerprint, which takes their contents.
/// </summary>
internal static class StartReader
{
    public static StartOptions Read(MappingReader reader)
    {
        reader.AlsoKnown("network_weights", "base_weights");
        var files = reader.FindText("base_weights") is { } one ? [one] : reader.Texts("base_weights");
        var multipliers = files.Count == 0 && reader.IsPartial ? null : reader.OptionalNumbers("base_weights_multiplier", files.Count, double.NegativeInfinity);
        var start = new StartOptions
        {
            NetworkWeights = reader.FindText("network_weights"),
            DimFromWeights = reader.OptionalSwitch("dim_from_weights") == true,
            BaseWeights = files.Count == 0 ? new StartOptions().BaseWeights : [.. files.Select((file, i) => new BaseWeights(file, multipliers?[i] ?? 1))],
        };
        if (!reader.IsUnset("network_weights") && start.NetworkWeights is not { Length: > 0 })
            reader.Problem("network_weights", "must be the path of a LoRA file.");
        if (!reader.IsPartial && start is { DimFromWeights: true, NetworkWeights: null })
            reader.Problem("dim_from_weights", "takes ranks from `network_weights`, which is not given; give both or none.");
        return start;
    }
}
