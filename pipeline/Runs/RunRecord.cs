using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Reports;

namespace Slipway.Pipeline.Runs;

/// <summary>
/// What a run was like, for the page of its results: times, what was reused, and the machine. Equal runs differ in it, so it is no part of any
/// job's output: a script beside the page that every run writes anew.
/// </summary>
/// <param name="Plan">Name of the plan's file.</param>
/// <param name="Artifacts">Folder of all outputs, relative to the plan's.</param>
/// <param name="Finished">When it ended, in UTC.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Run">Jobs that ran.</param>
/// <param name="Reused">Jobs whose results were reused.</param>
/// <param name="Remote">Of those the ones whose results came from the remote cache.</param>
/// <param name="Stages">The stages, in their order.</param>
/// <param name="Environment">Facts about machine and libraries.</param>
internal sealed record RunRecord(
    string Plan, string Artifacts, DateTimeOffset Finished, double Seconds, int Run, int Reused, int Remote, IReadOnlyList<RunRecord.StageLine> Stages, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Its name beside the page.</summary>
    public const string FileName = "run.js";

    /// <summary>The global name by which the page finds it.</summary>
    private const string Global = "slipwayRun";

    /// <summary>Of what became of the stages.</summary>
    /// <param name="plan">Name of the plan's file.</param>
    /// <param name="artifacts">Folder of all outputs.</param>
    /// <param name="time">How long the run took.</param>
    /// <param name="outcomes">What became of the stages.</param>
    /// <param name="madeIn">How long a stage took when it was made; null where that is not known.</param>
    /// <param name="facts">About the machine.</param>
    /// <param name="device">What computed.</param>
    public static RunRecord Of(string plan, string artifacts, TimeSpan time, IReadOnlyList<StageOutcome> outcomes, Func<StageOutcome, TimeSpan?> madeIn, EnvironmentFacts facts, string device) => new(
        plan,
        artifacts,
        DateTimeOffset.UtcNow,
        Rounded(time),
        outcomes.Sum(outcome => outcome.Run),
        outcomes.Sum(outcome => outcome.Reused),
        outcomes.Sum(outcome => outcome.Remote),
        [.. outcomes.Select(outcome => new StageLine(outcome.Stage, outcome.Run, outcome.Reused, outcome.Remote, Rounded(outcome.Duration), madeIn(outcome) is { } made ? Rounded(made) : null))],
        Described(facts, device));

    /// <summary>As the page loads it.</summary>
    public string ToScript() => ReportJson.WriteScript(Global, this);

    private static string[] OfTheProcessor { get; } = [EnvironmentGroups.Slipway, EnvironmentGroups.Torch, EnvironmentGroups.Skia, EnvironmentGroups.Onnx];

    // The driver is told, and counts in no key: an update changes nothing that was computed.
    private static IReadOnlyDictionary<string, string> Described(EnvironmentFacts facts, string device)
    {
        var described = facts.Entries(EnvironmentGroups.On(device, OfTheProcessor)).ToDictionary(fact => fact.Role, fact => fact.Description, StringComparer.Ordinal);
        if (device != "cpu" && CudaFacts.DriverIn(CudaFacts.DriverFile) is { } driver)
            described["driver"] = driver;
        return described;
    }

    private static double Rounded(TimeSpan time) => Math.Round(time.TotalSeconds, 2);

    /// <summary>A stage.</summary>
    /// <param name="Stage">Its label.</param>
    /// <param name="Run">Jobs that ran.</param>
    /// <param name="Reused">Jobs whose results were reused.</param>
    /// <param name="Remote">Of those the ones whose results came from the remote cache.</param>
    /// <param name="Seconds">How long it took in this run.</param>
    /// <param name="MadeInSeconds">How long its only job took when it ran; null where that is not known.</param>
    internal sealed record StageLine(string Stage, int Run, int Reused, int Remote, double Seconds, double? MadeInSeconds);
}
