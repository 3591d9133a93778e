using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>When a training draws pictures: before its first step, at an interval, and after its last.</summary>
/// <param name="Steps"><c>sample_every_n_steps</c>; null where epochs count.</param>
/// <param name="Epochs"><c>sample_every_n_epochs</c>; null where steps count.</param>
public sealed record SampleInterval(int? Steps, int? Epochs)
{
    internal static SampleInterval? Read(MappingReader reader)
    {
        var interval = new SampleInterval(reader.OptionalWhole("sample_every_n_steps", 1), reader.OptionalWhole("sample_every_n_epochs", 1));
        if (interval is { Steps: not null, Epochs: not null } && !reader.IsPartial)
            reader.Problem("sample_every_n_steps", "and `sample_every_n_epochs` cannot both be given; `null` takes an inherited one away.");
        return interval is { Steps: null, Epochs: null } ? null : interval;
    }
}
