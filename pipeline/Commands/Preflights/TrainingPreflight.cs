using Slipway.Diffusion.Model;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>Looks at what versions are about to learn, without making anything.</summary>
/// <param name="plan">The plan.</param>
/// <param name="graph">Its work.</param>
/// <param name="find">Where inputs are, as far as they are made.</param>
/// <param name="workspace">Full path of the plan's folder.</param>
internal sealed class TrainingPreflight(Plan plan, PlanGraph graph, Func<Input, JobInput> find, string workspace)
{
    /// <param name="versions">Only these versions; null for all.</param>
    /// <param name="isLoaded">Whether a model is loaded already.</param>
    public Preflight Look(IReadOnlyList<string>? versions, bool isLoaded)
    {
        var (found, problems, equal) = (new List<VersionPreflight>(), new List<string>(), new List<VersionPreflight>());
        foreach (var version in plan.Versions)
        {
            var isAsked = versions is null || versions.Contains(version.Name);
            if (!isAsked && !plan.EqualOptimizerSteps.Contains(version.Name))
                continue;
            try
            {
                var seen = new VersionPreflight(plan, version, graph.DatasetsOf(version), (TrainJob)graph.Lora(version.Name).Jobs[0].Job, find);
                found.AddRange(isAsked ? [seen] : []);
                equal.AddRange(plan.EqualOptimizerSteps.Contains(version.Name) ? [seen] : []);
            }
            catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
            {
                problems.AddRange(isAsked ? [exception.Message] : []);
            }
        }

        using var memory = new MemoryPreflight(Outline, plan.Device == "cuda", isLoaded);
        return Preflight.From(found, equal, problems, memory);
    }

    private SdxlModel Outline() => ModelLoader.Outline(
        Path.Combine(workspace, plan.BaseModel), plan.Tokenizer is null ? null : Path.Combine(workspace, plan.Tokenizer), plan.MixedPrecision);
}
