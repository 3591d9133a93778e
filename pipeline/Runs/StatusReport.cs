using System.Text.Json;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Pipeline.Runs;

/// <summary>What would run, and why.</summary>
/// <param name="Plan">Name of the plan's file.</param>
/// <param name="Profile">Name of its profile.</param>
/// <param name="Stages">All stages in the plan's order, with what a run would find.</param>
/// <param name="Edited">Outputs that a person has changed, relative to the workspace.</param>
public sealed record StatusReport(string Plan, string Profile, IReadOnlyList<(StageNode Stage, StageOutcome Found)> Stages, IReadOnlyList<string> Edited)
{
    /// <summary>How long what would run of a stage will take, in the order of <see cref="Stages"/>; null where nothing like it was done here before.</summary>
    public required IReadOnlyList<TimeSpan?> Times { get; init; }

    /// <summary>What an edited output's line says about how to make the change last.</summary>
    public required string EditAdvice { get; init; }

    /// <summary>Address of the remote cache, where it was asked for what is missing here and answered; null otherwise.</summary>
    public string? Remote { get; init; }

    /// <summary>Whether the work is a cluster's whose nodes have never said what they are.</summary>
    public bool NodesAreUnknown { get; init; }

    /// <summary>For people; the answer stands last, where one sees it.</summary>
    public IEnumerable<string> Lines() =>
    [
        .. Stages.SelectMany(stage => LinesOf(stage.Found)),
        .. Edited.Select(path => $"edited: {path}; the next run keeps it beside as {Path.GetFileName(path)}.edited and puts the output back. {EditAdvice}"),
        .. NodesAreUnknown ? ["The cluster's nodes have not been asked what they are: this holds where they are as this machine. A run asks them first."] : Array.Empty<string>(),
        .. Remote is null ? Array.Empty<string>() : [$"The remote cache {Remote} has {Has} of {Has + Stages.Sum(stage => stage.Found.Run)} results that are missing here."],
        .. Time is { } time ? [time] : Array.Empty<string>(),
        Answer,
    ];

    /// <summary>For machines: one document, with values and paths as they are.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new StatusDocument(Plan, Profile, [.. Stages.Zip(Times, (stage, time) => Document(stage.Stage, stage.Found, time))], Edited, Remote), StatusJson.Readable.StatusDocument);

    private string Answer => Stages.Where(stage => stage.Found.Run > 0).Select(stage => stage.Found.Stage).ToList() is { Count: > 0 } run
        ? $"{run.Count} of {Stages.Count} stages would run: {string.Join(", ", run)}."
        : Has > 0 ? "Nothing would run: what is missing here is in the remote cache."
        : "Everything is up to date.";

    private int Has => Stages.Sum(stage => stage.Found.Remote);

    private static IEnumerable<string> LinesOf(StageOutcome found) => found is { Run: 0, Remote: 0 }
        ? [$"{found.Stage}: up to date ({found.Reused} reused)"]
        : [$"{found.Stage}: {found.Run} would run, {found.Reused} reused{(found.Remote > 0 ? $", {found.Remote} of them from the remote cache" : "")}", .. found.Reasons.Select(reason => $"    {reason}")];

    /// <summary>The time of all that would run; null where nothing would, or nothing is known.</summary>
    private string? Time
    {
        get
        {
            var run = Stages.Zip(Times).Where(stage => stage.First.Found.Run > 0).ToList();
            var unknown = run.Where(stage => stage.Second is null).Select(stage => stage.First.Found.Stage).ToList();
            if (run.Count == unknown.Count)
                return null;
            var text = DurationText.Of(TimeSpan.FromSeconds(run.Sum(stage => stage.Second?.TotalSeconds ?? 0)));
            return $"About {text} of work, going by earlier runs; jobs side by side take less.{(unknown.Count == 0 ? "" : $" Nothing is known of {string.Join(", ", unknown)}.")}";
        }
    }

    private static StatusDocument.OfStage Document(StageNode stage, StageOutcome found, TimeSpan? time) => new(
        stage.Name, stage.Version, found.Run, found.Reused, found.Remote, time is { } known ? Math.Round(known.TotalSeconds, 1) : null, ReasonList.Of([.. found.Items.Select(item => item.Reason).OfType<ItemReason>()]));
}
