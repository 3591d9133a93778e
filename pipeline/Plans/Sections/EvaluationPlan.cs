using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Axes;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>How the versions are compared: every prompt with every seed, the same for all versions and for none.</summary>
public sealed record EvaluationPlan
{
    /// <summary>Its options.</summary>
    public static OptionTable<EvaluationPlan> Declared { get; } = new(option =>
    [
        option.Of("prompts", new PromptMap(), o => o.Prompts, (o, v) => o with { Prompts = v }) with { Says = "Kinds of background that the tagger should find, and the prompts that ask for them; one with a size of its own is `{ prompt: …, size: 832x1216 }`.", Otherwise = "must be given" },
        option.Of("sizes", PictureSize.List, o => o.Sizes, (o, v) => o with { Sizes = v }) with { Says = "Sizes of the pictures, such as `[1024x1024, 832x1216]`, taken in turn by the prompts that have none of their own.", Otherwise = "a square of `resolution`" },
        option.Of("seeds", new ListOf<long>(new Whole(0, uint.MaxValue), $"a list of whole numbers from 0 to {uint.MaxValue}"), o => o.Seeds, (o, v) => o with { Seeds = v }) with { Says = "Seeds of each prompt.", Otherwise = "must be given" },
        option.Whole("drift_seeds", o => o.DriftSeeds, (o, v) => o with { DriftSeeds = v }, 0, 1000) with { Says = "With how many of the seeds the prompts are drawn without the trigger word too, to see what else the LoRA has changed; 0: none." },
        option.Switch("saved_steps", o => o.SavedSteps, (o, v) => o with { SavedSteps = v }) with { Says = "Measures what versions save on the way too, of the first seed alone, so that the report can say which step is best; of a version with `early_stopping` those before it can end." },
        option.Number("multiplier", o => o.Multiplier, (o, v) => o with { Multiplier = v }, 0, 10) with { Says = "Strength of the LoRA." },
        .. option.Part(SamplingPlan.Declared, o => o.Sampling, (o, v) => o with { Sampling = v }),
        option.Of<string?>("table", PlanNames.Kind!, o => o.Table, (o, v) => o with { Table = v }) with { Says = "Name of a table of all versions in `artifacts/`, without its extension." },
    ]);

    /// <summary>The prompts by the kind of background that they ask for.</summary>
    public IReadOnlyList<PromptPlan> Prompts { get; init; } = [];

    /// <summary>Sizes that the prompts take in turn; empty: a square of the plan's resolution.</summary>
    public IReadOnlyList<PictureSize> Sizes { get; init; } = [];

    /// <summary>Seeds of each prompt.</summary>
    public IReadOnlyList<long> Seeds { get; init; } = [];

    /// <summary>With how many of the seeds the prompts are drawn without the trigger word too; 0: none.</summary>
    public int DriftSeeds { get; init; } = 2;

    /// <summary>Whether what versions save on the way is measured too.</summary>
    public bool SavedSteps { get; init; } = true;

    /// <summary>Strength of the LoRA.</summary>
    public double Multiplier { get; init; } = 1;

    /// <summary>How the pictures are made.</summary>
    public SamplingPlan Sampling { get; init; } = new();

    /// <summary>Name of a table of all versions in <c>artifacts/</c>, without its extension; null for none.</summary>
    public string? Table { get; init; }

    /// <summary>In whose embedding the pictures are compared too; null: in none.</summary>
    public EncoderPlan? Encoder { get; init; }

    /// <summary>Grids by axes, in the order of the file.</summary>
    public IReadOnlyList<GridPlan> Grids { get; init; } = [];

    internal static EvaluationPlan Read(MappingReader reader)
    {
        var plan = reader.Read(Declared, new EvaluationPlan());
        PromptPlan.Check(reader);
        if (plan.Sizes.Count > 0)
            plan = plan with { Prompts = [.. plan.Prompts.Select((prompt, i) => prompt with { Size = prompt.Size ?? plan.Sizes[i % plan.Sizes.Count] })] };
        reader.Distinct("seeds", plan.Seeds);
        if (reader.IsEmpty("seeds"))
            reader.Problem("seeds", "must be a list of at least one seed, such as [1, 2, 3, 4].");
        if (!reader.IsUnset(EncoderPlan.Key))
            plan = plan with { Encoder = EncoderPlan.Read(reader.Section(EncoderPlan.Key)) };
        plan = plan with { Grids = [.. reader.Sections("grids").Select(section => GridPlan.Read(section.Name, section.Reader))] };
        reader.Finish();
        return plan;
    }
}
