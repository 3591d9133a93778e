namespace Slipway.Engine.Caching;

/// <summary>A line of the lock file that a run would change.</summary>
/// <param name="Profile">Profile under which the stage runs.</param>
/// <param name="Stage">Label of the stage.</param>
/// <param name="Old">What the file says; null when it does not know the stage.</param>
/// <param name="New">What the run says; null when the stage is no more.</param>
public sealed record LockDifference(string Profile, string Stage, LockedStage? Old, LockedStage? New)
{
    /// <summary>What is different between what the file's line and the run are made of, as far as that is known.</summary>
    public IReadOnlyList<FingerprintChange> Changes { get; init; } = [];

    /// <summary>One phrase: which line, old → new.</summary>
    public override string ToString() => $"{Profile}, {Stage}: " + (Old, New) switch
    {
        (null, not null) => "is not in the lock file",
        (not null, null) => "is in the lock file and no longer in the plan",
        _ when Old!.Fingerprint != New!.Fingerprint => $"fingerprint {Short(Old.Fingerprint)} → {Short(New.Fingerprint)}",
        _ => $"the same fingerprint gave other outputs: {Short(Old.Outputs)} → {Short(New.Outputs)}",
    };

    /// <summary>The phrase, and below it what the plan or its files and what the environment makes different.</summary>
    public IReadOnlyList<string> Lines() =>
    [
        ToString(),
        .. Phrases(change => change.Kind != EntryKind.Environment).Select(phrase => $"    {phrase}"),
        .. Phrases(change => change.Kind == EntryKind.Environment).Select(phrase => $"    the environment: {phrase}"),
    ];

    /// <summary>What is alike in all items of the stage is told once.</summary>
    private IEnumerable<string> Phrases(Func<FingerprintChange, bool> isMeant) =>
        Changes.Where(isMeant).GroupBy(change => change.Shape).Select(alike => ReasonSummary.Phrase([.. alike]));

    private static string Short(ContentHash? hash) => hash is { } known ? known.ToString()[..12] : "not known yet";
}

/// <summary>What the lock file says of a stage.</summary>
/// <param name="Fingerprint">Key of the stage's manifest.</param>
/// <param name="Outputs">Hash over the hashes of all outputs; null while they are still to be made.</param>
public sealed record LockedStage(ContentHash Fingerprint, ContentHash? Outputs);
