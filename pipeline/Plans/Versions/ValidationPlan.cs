using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>
/// The pictures that versions are measured on and none learns from: composites like those of the training, on backgrounds
/// of their own.
/// </summary>
/// <param name="Backgrounds">Their backgrounds: the kinds and the sampling of the training's, other seeds.</param>
/// <param name="Composites">How the sprite is put onto them: as in the training, other draws.</param>
public sealed record ValidationPlan(BackgroundsPlan Backgrounds, CompositesPlan Composites)
{
    /// <summary>Its pictures as a dataset: each once, captions from the tagger.</summary>
    internal static DatasetPlan Dataset { get; } = new("validation", DatasetSource.Composites, null, "validation", 1, Slipway.Imaging.Pictures.AlphaPolicy.Refuse, null, null);

    private const int DefaultDistance = 500_000;

    /// <summary>Null where the plan has no <c>validation</c>.</summary>
    internal static ValidationPlan? Read(MappingReader top, BackgroundsPlan backgrounds, CompositesPlan composites)
    {
        if (top.IsUnset("validation"))
            return null;
        var reader = top.Section("validation");
        var seed = reader.Long("seed", (backgrounds.Seed + DefaultDistance) % uint.MaxValue, 0, uint.MaxValue);
        var plan = new ValidationPlan(
            backgrounds with { Count = reader.Whole("count", 2 * Math.Max(backgrounds.Prompts.Count, 1), 1, 100_000), Seed = seed },
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
}
