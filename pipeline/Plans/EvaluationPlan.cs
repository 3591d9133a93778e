using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>How the versions are compared: every prompt with every seed, the same for all versions and for none.</summary>
/// <param name="Prompts">The prompts by the kind of background that they ask for.</param>
/// <param name="Seeds">Seeds of each prompt.</param>
/// <param name="Multiplier">Strength of the LoRA.</param>
/// <param name="Sampling">How the pictures are made.</param>
public sealed record EvaluationPlan(IReadOnlyList<PromptPlan> Prompts, IReadOnlyList<long> Seeds, double Multiplier, SamplingPlan Sampling)
{
    /// <summary>Name of a table of all versions in <c>artifacts/</c>, without its extension; null for none.</summary>
    public string? Table { get; init; }

    internal static EvaluationPlan Read(MappingReader reader)
    {
        var plan = new EvaluationPlan(
            PromptPlan.ReadAll(reader),
            reader.Longs("seeds", 0, uint.MaxValue),
            reader.Number("multiplier", 1, 0, 10),
            SamplingPlan.Read(reader));
        plan = plan with { Table = reader.IsUnset("table") ? null : reader.Name("table") };
        reader.Distinct("seeds", plan.Seeds);
        if (reader.IsEmpty("seeds"))
            reader.Problem("seeds", "must be a list of at least one seed, such as [1, 2, 3, 4].");
        reader.Finish();
        return plan;
    }
}
