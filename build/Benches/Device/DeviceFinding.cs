namespace Slipway.Build.Benches.Device;

/// <summary>What came of a check.</summary>
/// <param name="Check">Its name.</param>
/// <param name="Outcome">Whether what must hold does.</param>
/// <param name="Found">What was found; what went wrong; or why nothing was measured.</param>
/// <param name="Allowed">What must hold.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="Figures">Figures by name.</param>
internal sealed record DeviceFinding(string Check, CheckOutcome Outcome, string Found, string Allowed, double Seconds, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>The outcome in a word; nothing measured is a dash.</summary>
    public string Word => Outcome switch
    {
        CheckOutcome.Passed => "passed",
        CheckOutcome.Failed => "FAILED",
        _ => "–",
    };
}

/// <summary>What comes of a check.</summary>
internal enum CheckOutcome
{
    /// <summary>What must hold does.</summary>
    Passed,

    /// <summary>It does not, or something went wrong.</summary>
    Failed,

    /// <summary>Nothing can be said here.</summary>
    NotMeasured,
}
