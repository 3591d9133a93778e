using Slipway.Engine.Jobs;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Tests.Jobs;

namespace Slipway.Pipeline.Tests.Plans;

/// <summary>The key of a version's training: what the graph's job has in it beside its defaults.</summary>
internal static class TrainingKey
{
    /// <summary>Texts by role; an option's role is its name in the plan.</summary>
    /// <param name="plan">The plan; whatever its base model is, the repository's takes its place.</param>
    /// <param name="version">Name of the version.</param>
    public static IReadOnlyDictionary<string, string> Of(Plan plan, string version)
    {
        var graph = PlanGraph.From(plan with { BaseModel = "datasets/tiny-sdxl" }, Repository.Root);
        return new JobFingerprint(Samples.Find, Samples.Facts).Entries(graph.Lora(version).Jobs[0].Job).ToDictionary(entry => entry.Role, entry => entry.Description, StringComparer.Ordinal);
    }
}
