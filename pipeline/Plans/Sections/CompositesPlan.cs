using Slipway.Engine.Options;
using Slipway.Imaging.Compositing;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>How the sprite is put onto each background.</summary>
public sealed record CompositesPlan
{
    /// <summary>Its options.</summary>
    public static OptionTable<CompositesPlan> Declared { get; } = new(option =>
    [
        option.Whole("seed", o => o.Seed, (o, v) => o with { Seed = v }, 0, uint.MaxValue) with { Says = "Each composite draws its place and size from this seed and its number.", Otherwise = "the plan's" },
        .. option.Part(CompositeOptions.Declared, o => o.Options, (o, v) => o with { Options = v }),
    ]);

    /// <summary>Composite i draws its place and size from this seed and i.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The ranges to draw from.</summary>
    public CompositeOptions Options { get; init; } = new();

    internal static CompositesPlan Read(MappingReader reader, long seed)
    {
        var plan = reader.Read(Declared, new CompositesPlan { Seed = seed });
        reader.Finish();
        return plan;
    }
}
