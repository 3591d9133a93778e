namespace Slipway.Pipeline.Nights;

/// <summary>Something that a person should look at.</summary>
/// <param name="Code">The exit code that it comes to: <see cref="Failed"/>, <see cref="Wrong"/> or <see cref="Differs"/>.</param>
/// <param name="Text">What it is.</param>
public sealed record NightFinding(int Code, string Text)
{
    /// <summary>The work failed.</summary>
    public const int Failed = 1;

    /// <summary>The plan or an input is wrong.</summary>
    public const int Wrong = 2;

    /// <summary>Something differs from what was accepted, recorded or usual.</summary>
    public const int Differs = 3;

    /// <summary>The exit code of several findings: what is wrong before what failed before what differs; 0 for none.</summary>
    public static int CodeOf(IReadOnlyCollection<NightFinding> findings) =>
        new[] { Wrong, Failed, Differs }.FirstOrDefault(code => findings.Any(finding => finding.Code == code));
}

/// <summary>A step of a night.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">What came of it, in a sentence.</param>
/// <param name="Findings">What should be looked at.</param>
public sealed record NightStep(string Name, string Text, IReadOnlyList<NightFinding> Findings);
