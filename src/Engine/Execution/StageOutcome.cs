using Slipway.Engine.Caching;

namespace Slipway.Engine.Execution;

/// <summary>What became of a stage.</summary>
/// <param name="Stage">Label of the stage.</param>
/// <param name="Items">Its items, in the order in which they were given.</param>
/// <param name="Fingerprint">Key over all items; null when some input has yet to be produced.</param>
/// <param name="OutputsHash">Hash over all outputs; null when some item would have to run first.</param>
/// <param name="Duration">Time from start to end.</param>
public sealed record StageOutcome(
    string Stage,
    IReadOnlyList<ItemOutcome> Items,
    ContentHash? Fingerprint,
    ContentHash? OutputsHash,
    TimeSpan Duration)
{
    /// <summary>Items that ran, or would have to.</summary>
    public int Run => Items.Count(item => item.Reason is not null);

    /// <summary>Items whose results were reused.</summary>
    public int Reused => Items.Count - Run;

    /// <summary>Of those the ones whose results this run has taken from the remote cache, or would take.</summary>
    public int Remote => Items.Count(item => item.IsRemote);

    /// <summary>Why items ran or would have to, a line for each different reason.</summary>
    public IReadOnlyList<string> Reasons => ReasonSummary.Of(Items.Select(item => (item.Label, item.Reason)).ToList());

    /// <summary>Hashes of all files; none of items that would have to run first.</summary>
    public IEnumerable<ContentHash> Hashes => Items.SelectMany(item => item.Files).Select(file => file.Hash);

    /// <summary>The item with this label.</summary>
    public ItemOutcome this[string label] => Items.Single(item => item.Label == label);
}
