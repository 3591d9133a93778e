using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Tests.Jobs;

/// <summary>Jobs of every kind: those of the repository's own plan, with its three remedies.</summary>
internal static class Samples
{
    /// <summary>The graph of a plan that has all kinds of jobs.</summary>
    public static PlanGraph Graph() => PlanGraph.From(Plan.Load(Path.Combine(Repository.Root, "lora.pipeline.yaml"), "remedies"), Repository.Root);

    /// <summary>A job of each class and shape: one of every stage, but the longer trainings once.</summary>
    public static IReadOnlyList<IJob> Jobs { get; } =
        [.. Graph().Jobs.Stages.GroupBy(stage => (stage.Jobs[0].Job.GetType(), stage.Jobs[0].Job.Outputs.Count)).Select(group => group.First().Jobs[0].Job)];

    /// <summary>The classes of all kinds.</summary>
    public static IReadOnlyList<Type> Classes { get; } =
        [.. typeof(DrawJob).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IJob)) && !type.IsAbstract).OrderBy(type => type.Name, StringComparer.Ordinal)];

    /// <summary>Facts in every group.</summary>
    public static EnvironmentFacts Facts { get; } = new[] { EnvironmentGroups.Torch, EnvironmentGroups.Cuda, EnvironmentGroups.Skia, EnvironmentGroups.Onnx, EnvironmentGroups.Slipway }
        .Aggregate(EnvironmentFacts.None, (facts, group) => facts.With(group, KeyValuePair.Create($"{group} build", "1")));

    /// <summary>Every input has a content of its own.</summary>
    public static JobInput Find(Input input) => input switch
    {
        FileRef file => new JobInput(file.Path, $"/{file.Path}", ContentHash.Of(file.Path)),
        Ref made => new JobInput(made.Job, $"/{made.Job}", ContentHash.Of($"{made.Job} {made.Output}"), made.Job),
        _ => throw new NotSupportedException($"{input}"),
    };

    public static ContentHash KeyOf(IJob job) => new Fingerprint(new JobFingerprint(Find, Facts).Entries(job)).Key;
}
