using Slipway.Engine.Caching;

namespace Slipway.Engine.Execution;

/// <summary>What became of a job.</summary>
/// <param name="Label">Its label in the stage.</param>
/// <param name="Files">The files that it gave, by output; empty when it would have to run first.</param>
/// <param name="Reason">Why it ran or would have to run; null when its result was reused.</param>
/// <param name="IsPending">Whether it would have to run: true only where a run looked and did nothing.</param>
public sealed record ItemOutcome(string Label, IReadOnlyList<OutputFile> Files, ItemReason? Reason, bool IsPending)
{
    /// <summary>Whether this run has taken its result from the remote cache, or would take it.</summary>
    public bool IsRemote { get; init; }
}
