using Slipway.Engine.Caching;

namespace Slipway.Pipeline;

/// <summary>What became of an item.</summary>
/// <param name="Stage">Label of the stage.</param>
/// <param name="Label">Label of the item.</param>
/// <param name="Files">The files that it gave; empty when it would have to run first.</param>
/// <param name="Reason">Why it ran or would have to run; null when its result was reused.</param>
/// <param name="IsPending">Whether it would have to run: true only when the runner was asked for the status.</param>
public sealed record ItemOutcome(string Stage, string Label, IReadOnlyList<OutputFile> Files, ItemReason? Reason, bool IsPending)
{
    /// <summary>The file of a declared output, as an input of a later stage.</summary>
    /// <param name="role">What it is to the later stage.</param>
    /// <param name="slot">Index of the declared output.</param>
    public FingerprintEntry Entry(string role, int slot = 0)
    {
        if (IsPending)
            return FingerprintEntry.Pending(role, Stage);
        var file = Files.Single(file => file.Slot == slot);
        return FingerprintEntry.Output(role, file.RelativePath, file.Hash, file.Path);
    }
}
