namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>What kind of thing a finding is about.</summary>
public enum SnapshotPart
{
    /// <summary>A value of the plan, or a file that it names, is another than when the snapshots were accepted.</summary>
    Setting,

    /// <summary>A sample picture.</summary>
    Picture,

    /// <summary>A grid.</summary>
    Grid,

    /// <summary>A measure.</summary>
    Measure,

    /// <summary>An accepted file is missing or damaged, or there was nothing to compare.</summary>
    Accepted,
}

/// <summary>A thing that is not as it was accepted.</summary>
/// <param name="Part">What kind of thing.</param>
/// <param name="Text">Everything that there is to say, one line.</param>
public sealed record SnapshotFinding(SnapshotPart Part, string Text)
{
    /// <summary>Name of the version, or <c>base</c>; null: it is about all of them.</summary>
    public string? Version { get; init; }

    /// <summary>Kind of background that the prompt asks for; null: about no single prompt.</summary>
    public string? Kind { get; init; }

    /// <summary>Seed of the picture; null: about no single picture.</summary>
    public long? Seed { get; init; }

    /// <summary>Name of the measure, or path of the setting; null: neither.</summary>
    public string? Measure { get; init; }

    /// <summary>What was accepted; null: nothing.</summary>
    public string? From { get; init; }

    /// <summary>What is there now; null: nothing.</summary>
    public string? To { get; init; }
}
