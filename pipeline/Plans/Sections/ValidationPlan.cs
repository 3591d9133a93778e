using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>
/// The pictures that versions are measured on and none learns from: composites like those of the training, on backgrounds
/// of their own.
/// </summary>
/// <param name="Backgrounds">Their backgrounds: the kinds and the sampling of the training's, other seeds.</param>
/// <param name="Composites">How the sprite is put onto them: as in the training, other draws.</param>
public sealed record ValidationPlan(BackgroundsPlan Backgrounds, CompositesPlan Composites)
{
    /// <summary>Its options.</summary>
    internal static OptionTable<Keys> Declared { get; } = new(option =>
    [
        option.Whole("count", o => o.Count, (o, v) => o with { Count = v }, 1, 100_000) with { Says = "How many pictures are measured.", Otherwise = "two of each kind" },
        option.Whole("seed", o => o.Seed, (o, v) => o with { Seed = v }, 0, uint.MaxValue) with { Says = "Seed of the first background; far from those of the training.", Otherwise = "`backgrounds.seed` + 500000" },
    ]);

    /// <summary>Its pictures as a dataset: each once, captions from the tagger.</summary>
    internal static DatasetPlan Dataset { get; } = new() { Key = "validation", Source = DatasetSource.Composites, Name = "validation" };

    private const int DefaultDistance = 500_000;

    /// <summary>Null where the plan has no <c>validation</c>.</summary>
    internal static ValidationPlan? Read(MappingReader top, BackgroundsPlan backgrounds, CompositesPlan composites)
    {
        if (top.IsUnset("validation"))
            return null;
        var reader = top.Section("validation");
        var keys = reader.Read(Declared, new Keys());
        var seed = keys.Seed ?? (backgrounds.Seed + DefaultDistance) % uint.MaxValue;
        if (backgrounds is { Source: not BackgroundSource.Model, Prompts.Count: 0 })
            reader.Problem("count", "needs backgrounds that nothing is learned from, which the base model draws: give `backgrounds.prompts`.");
        var plan = new ValidationPlan(
            backgrounds with { Source = BackgroundSource.Model, Folder = null, Count = keys.Count ?? 2 * Math.Max(backgrounds.Prompts.Count, 1), Seed = seed },
            composites with { Seed = seed });
        if (Shared(backgrounds, plan.Backgrounds) is { } shared)
            reader.Problem("seed", $"gives a background of the training again: {shared}; no background may be on both sides, choose a seed further away from `backgrounds.seed`.");
        reader.Finish();
        return plan;
    }

    /// <summary>A background that both plans draw, in words; null where there is none. It is known by its prompt and its seed.</summary>
    private static string? Shared(BackgroundsPlan training, BackgroundsPlan validation)
    {
        var known = Identities(training).ToHashSet();
        var shared = Identities(validation).Where(known.Contains).Select(identity => $"`{identity.Prompt}` with seed {identity.Seed}").Take(1);
        return shared.FirstOrDefault();
    }

    private static IEnumerable<(string Prompt, long Seed)> Identities(BackgroundsPlan plan) => plan.Prompts.Count == 0
        ? []
        : Enumerable.Range(0, plan.Count).Select(i => (plan.Prompts[i % plan.Prompts.Count].Prompt, plan.Seed + i));

    /// <summary>What the plan says of them.</summary>
    internal sealed record Keys
    {
        public int? Count { get; init; }

        public long? Seed { get; init; }
    }
}
