using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Slurm;

/// <summary>What is not in the plan's options for Slurm.</summary>
/// <param name="Workspace">Full path of the workspace, which nodes have under the same path.</param>
/// <param name="CacheFolder">Full path of the cache in it.</param>
/// <param name="Command">What a node starts, a word each; the file of the keys comes behind it as <c>--shard=FILE</c>.</param>
public sealed record SlurmSetting(string Workspace, string CacheFolder, IReadOnlyList<string> Command)
{
    /// <summary>Facts about the nodes that do a job.</summary>
    public required Func<JobNode, EnvironmentFacts> FactsOf { get; init; }

    /// <summary>What the plan says of resources, with what a job needs where the plan says nothing.</summary>
    public Func<SlurmResources, HandedJob, SlurmResources> Complete { get; init; } = (resources, _) => resources;

    /// <summary>Whether jobs stay in the queue when this process is told to stop, by their number; else they are cancelled.</summary>
    public Func<int, bool> Leaves { get; init; } = _ => false;
}
