using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>Pictures that the base model draws, backgrounds or of the class: picture i has prompt i mod n and the seed <c>Seed + i</c>.</summary>
public sealed record BackgroundsPlan
{
    private const string BatchSize = "batch_size";

    /// <summary>Its options.</summary>
    public static OptionTable<BackgroundsPlan> Declared { get; } = new(option =>
    [
        option.Whole("count", o => o.Count, (o, v) => o with { Count = v }, 1, 100_000) with { Says = "How many pictures are drawn." },
        option.Whole("seed", o => o.Seed, (o, v) => o with { Seed = v }, 0, uint.MaxValue) with { Says = "Seed of the first picture; each further one has the next.", Otherwise = "the plan's" },
        option.Of("prompts", PromptPlan.Kinds, o => o.Prompts, (o, v) => o with { Prompts = v }) with { Says = "Kinds and their prompts, taken in turn.", Otherwise = "must be given" },
        .. option.Part(SamplingPlan.Declared, o => o.Sampling, (o, v) => o with { Sampling = v }).Where(part => part.Name != BatchSize),
    ]);

    /// <summary>How many.</summary>
    public int Count { get; init; } = 100;

    /// <summary>Seed of the first.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The kinds, in turn.</summary>
    public IReadOnlyList<PromptPlan> Prompts { get; init; } = [];

    /// <summary>How they are made.</summary>
    public SamplingPlan Sampling { get; init; } = new();

    internal static BackgroundsPlan Read(MappingReader reader, long seed)
    {
        var plan = reader.Read(Declared, new BackgroundsPlan { Seed = seed });
        PromptPlan.Check(reader);
        if (!reader.IsUnset(BatchSize))
            reader.Problem(BatchSize, "is for `evaluation`: each of these pictures goes through the UNet by itself, so that its bytes do not depend on its neighbours; leave it out.");
        reader.Finish();
        return plan;
    }
}
