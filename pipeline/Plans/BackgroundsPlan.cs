using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>Pictures that the base model draws, backgrounds or of the class: picture i has prompt i mod n and the seed <c>Seed + i</c>.</summary>
/// <param name="Count">How many.</param>
/// <param name="Seed">Seed of the first.</param>
/// <param name="Prompts">The kinds, in turn.</param>
/// <param name="Sampling">How they are made.</param>
public sealed record BackgroundsPlan(int Count, long Seed, IReadOnlyList<PromptPlan> Prompts, SamplingPlan Sampling)
{
    internal static BackgroundsPlan Read(MappingReader reader, long seed)
    {
        var plan = new BackgroundsPlan(
            reader.Whole("count", 100, 1, 100_000),
            reader.Long("seed", seed, 0, uint.MaxValue),
            PromptPlan.ReadAll(reader),
            SamplingPlan.Read(reader));
        reader.Finish();
        return plan;
    }
}
