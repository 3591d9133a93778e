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

    /// <summary>For people, a line each; of many pictures of a version the first few.</summary>
    public IEnumerable<string> Lines() => Outcome switch
    {
        SnapshotOutcome.NothingAccepted => [],
        SnapshotOutcome.Same => [Passed, .. Class, .. Notes],
        _ => [.. Class, .. Told(), .. Notes],
    };

    /// <summary>What a check that does not pass ends with, one sentence or two; null where it passes.</summary>
    public string? Problem => Outcome switch
    {
        SnapshotOutcome.Same => null,
        SnapshotOutcome.NothingAccepted => $"Nothing is accepted yet in {Folder}; look at the grids, and take them over with --target=Accept.",
        SnapshotOutcome.NotComparable => $"{Folder} cannot be compared with: {string.Join(" ", Findings.Take(Few).Select(finding => finding.Text))}{(Findings.Count > Few ? $" And {Findings.Count - Few} more." : "")} Bring the files back, or accept anew with --target=Accept.",
        _ => $"The results are not as accepted in {Folder}: {Summary}. What was received lies beside as *.received.*; where it is right, take it over with --target=Accept.",
    };

    /// <summary>The findings as people read them, each by itself: of many pictures of a version the first few, and how many more there are.</summary>
    public IEnumerable<string> Told()
    {
        var counts = new Dictionary<(SnapshotPart, string?), int>();
        foreach (var finding in Findings)
        {
            var key = (finding.Part, finding.Version);
            var isOneOfMany = finding.Kind is not null;
            counts[key] = counts.GetValueOrDefault(key) + (isOneOfMany ? 1 : 0);
            if (!isOneOfMany || counts[key] <= Few)
                yield return finding.Text;
            else if (counts[key] == Few + 1)
                yield return $"    … and {Findings.Count(other => (other.Part, other.Version) == key && other.Kind is not null) - Few} more of {finding.Version}";
        }
    }

    private const int Few = 3;

    private string Passed => IsExact
        ? $"{Folder}: as accepted, pixel by pixel ({Counts})."
        : $"{Folder}: as accepted, within what another class of processor may make of it ({Counts}).";

    private string Counts => $"{Pictures} sample pictures, {Grids} grids, {Measures} figures";

    private IEnumerable<string> Class => IsExact ? [] :
    [
        $"not compared pixel by pixel, because something that last bits depend on is another than where it was accepted: {string.Join("; ", OtherClass)}",
        $"    {OtherClassText}",
    ];

    /// <summary>What a comparison on another class of processor finds, and what it does not.</summary>
    public static string OtherClassText =>
        "found here: every change of the plan and of its files, a swapped version, another seed, a lost background, a layout shifted by several pixels, a LoRA of half strength; not found: what the program alone changes by less than rounding may, such as a learning rate 1 % lower";

    private string Summary
    {
        get
        {
            string[] versions = [.. Findings.Where(finding => finding.Part is SnapshotPart.Picture or SnapshotPart.Measure).Select(finding => finding.Version).OfType<string>().Distinct(StringComparer.Ordinal)];
            string[] grids = [.. Findings.Where(finding => finding.Part == SnapshotPart.Grid).Select(finding => finding.Text.Split(':')[0])];
            return versions.Length > 0 ? string.Join(", ", versions) : grids.Length > 0 ? string.Join(", ", grids) : "the plan or its files are others";
        }
    }
}
