namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>How results stand to what was accepted.</summary>
public enum SnapshotOutcome
{
    /// <summary>They are as accepted.</summary>
    Same,

    /// <summary>Something is not as accepted.</summary>
    Different,

    /// <summary>Nothing has been accepted yet.</summary>
    NothingAccepted,

    /// <summary>There was nothing to compare, or an accepted file is missing or damaged: that is no pass.</summary>
    NotComparable,
}

/// <summary>Results against the accepted snapshots.</summary>
/// <param name="Outcome">How they stand.</param>
/// <param name="Folder">Folder of the accepted snapshots, relative to the workspace.</param>
public sealed record SnapshotCheck(SnapshotOutcome Outcome, string Folder)
{
    /// <summary>Whether they were compared pixel by pixel: made on the same class of processor, with the same libraries, and in batches of the same size.</summary>
    public bool IsExact { get; init; } = true;

    /// <summary>What is another than where the snapshots were accepted, so that last bits may differ, a line each.</summary>
    public IReadOnlyList<string> OtherClass { get; init; } = [];

    /// <summary>What is not as accepted. What may be the cause comes first.</summary>
    public IReadOnlyList<SnapshotFinding> Findings { get; init; } = [];

    /// <summary>What is no difference and still worth a line, such as a measure that is new.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Sample pictures that were compared.</summary>
    public int Pictures { get; init; }

    /// <summary>Grids that were compared.</summary>
    public int Grids { get; init; }

    /// <summary>Figures that were compared.</summary>
    public int Measures { get; init; }

    /// <summary>Received pictures that differ, with the accepted ones, as full paths: what a diff tool shows.</summary>
    public IReadOnlyList<(string Received, string Verified)> Pairs { get; init; } = [];
}
