using Slipway.Pipeline.Runs;

namespace Slipway.Pipeline.Nights;

/// <summary>What came of a night.</summary>
/// <param name="Date">Its date.</param>
/// <param name="Plan">Name of the plan's file.</param>
/// <param name="Profile">Name of the plan's profile; null where the plan cannot be read.</param>
/// <param name="Steps">What was done, in its order.</param>
public sealed record NightReport(DateOnly Date, string Plan, string? Profile, IReadOnlyList<NightStep> Steps)
{
    /// <summary>From its beginning to its end.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Whether everything was done that a night does, as far as it can be; false where its time was up, or it was stopped.</summary>
    public bool IsFinished { get; init; } = true;

    /// <summary>The stages that ended, in the plan's order.</summary>
    public IReadOnlyList<StageSummary> Stages { get; init; } = [];

    /// <summary>Where the results lie, and the figures.</summary>
    public RunResults Results { get; init; } = new([], []);

    /// <summary>The figures of the night before, by version and measure; empty where there was none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double?>> Before { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, double?>>(StringComparer.Ordinal);

    /// <summary>What should be looked at, in the order of the steps.</summary>
    public IReadOnlyList<NightFinding> Findings => [.. Steps.SelectMany(step => step.Findings)];

    /// <summary>The exit code.</summary>
    public int Code => NightFinding.CodeOf(Findings);

    /// <summary>What the night comes to, in a few words.</summary>
    public string Verdict => Code switch
    {
        NightFinding.Wrong => "the plan or an input is wrong",
        NightFinding.Failed => "something failed",
        NightFinding.Differs => "something differs",
        _ => IsFinished ? "all is as it should be" : "not finished",
    };
}
