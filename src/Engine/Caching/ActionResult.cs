namespace Slipway.Engine.Caching;

/// <summary>What an action gave, and everything that it depended on.</summary>
/// <param name="Stage">Label of the stage, such as <c>Train v03</c>.</param>
/// <param name="Item">Label of the item in the stage.</param>
/// <param name="Entries">The fingerprint's entries, so that a later run can say what has changed.</param>
/// <param name="Outputs">The files, by slot and then by path.</param>
/// <param name="Duration">How long the work took.</param>
public sealed record ActionResult(
    string Stage,
    string Item,
    IReadOnlyList<FingerprintEntry> Entries,
    IReadOnlyList<ActionOutput> Outputs,
    TimeSpan Duration)
{
    /// <summary>The remote cache that it was taken from; null where it was made here. It is of the record that lies here, and does not travel with it.</summary>
    public string? From { get; init; }
}
