using Slipway.Diffusion.Sampling;
using Slipway.Engine.Caching;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Stages;

/// <summary>How pictures are made: as part of a key, and as the sampler's options.</summary>
internal static class SamplingEntries
{
    public static IEnumerable<FingerprintEntry> Entries(this SamplingPlan plan, int resolution) =>
    [
        FingerprintEntry.Parameter("negative_prompt", plan.NegativePrompt),
        FingerprintEntry.Parameter("sampler", plan.Sampler),
        FingerprintEntry.Parameter("steps", plan.Steps),
        FingerprintEntry.Parameter("guidance", plan.Guidance),
        FingerprintEntry.Parameter("resolution", resolution),
    ];

    public static SamplingOptions Options(this SamplingPlan plan, int batchSize) => new(plan.Sampler, plan.Steps, plan.Guidance, batchSize);
}
