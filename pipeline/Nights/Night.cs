using System.Globalization;
using System.Text;
using Slipway.Engine.Execution;
using Slipway.Engine.Files;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Nights;

/// <summary>
/// A night without anybody: the plan is run, one version is trained again and compared, everything that is kept is looked at, results are
/// compared with the accepted ones and with those of the last nights. What fails is told, and the rest goes on.
/// </summary>
/// <param name="open">Opens the pipeline; what it throws says what is wrong with the plan.</param>
/// <param name="options">What is asked for.</param>
/// <param name="clock">The time, and the date, which chooses the version that is trained again.</param>
/// <param name="progress">Hears what comes of each step.</param>
public sealed class Night(Func<IPipeline> open, NightOptions options, TimeProvider clock, IProgressSink progress)
{
    private readonly NightHistory _history = new(options.PlanFile);
    private readonly List<NightStep> _steps = [];
    private IPipeline? _pipeline;
    private bool _isFinished = true;

    /// <summary>Name of the report in the folder of all outputs.</summary>
    public const string FileName = "nightly.md";

    private string Plan => Path.GetFileName(options.PlanFile);

    private DateOnly Date => DateOnly.FromDateTime(clock.GetLocalNow().DateTime);

    /// <summary>Does all of it, and writes the report.</summary>
    /// <param name="stop">Ends the night at the next checkpoint; the report is written all the same.</param>
    /// <returns>What came of it, and the full path of the report.</returns>
    /// <exception cref="InvalidOperationException">Another night of the plan is under way.</exception>
    public async Task<(NightReport Report, string Path)> RunAsync(CancellationToken stop)
    {
        using var held = await LockAsync(stop);
        var (began, date) = (clock.GetTimestamp(), Date);
        using var budget = options.Budget is { } time ? new CancellationTokenSource(time, clock) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, budget.Token);
        var cancel = either.Token;
        await StepAsync("Plan", () => Task.Run(OpenPlan, cancel), cancel);
        if (_pipeline is not null)
        {
            await StepAsync("Run", () => RunPlanAsync(cancel), cancel);
            await StepAsync("Reproduce", () => ReproduceAsync(date, cancel), cancel);
            await StepAsync("Verify", () => Task.Run(Verify, cancel), cancel);
            await StepAsync("Check", () => CheckAsync(cancel), cancel);
        }

        var report = Measured(new NightReport(date, Plan, _pipeline?.Profile, [.. _steps])
        {
            IsFinished = _isFinished,
            Stages = _pipeline?.Outcomes ?? [],
        }) with { Took = clock.GetElapsedTime(began) };
        return (report, Write(report));
    }

    private async Task<FileLock> LockAsync(CancellationToken stop)
    {
        int? holder = null;
        using var isHeld = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            return await FileLock.AcquireAsync(
                Path.Combine(NightHistory.FolderOf(options.PlanFile), $"{PlanPaths.Stem(options.PlanFile)}.lock"),
                process =>
                {
                    holder = process;
                    isHeld.Cancel();
                },
                isHeld.Token);
        }
        catch (OperationCanceledException exception) when (!stop.IsCancellationRequested)
        {
            throw new InvalidOperationException($"Another night of {Plan} is under way{(holder is { } id ? string.Create(CultureInfo.InvariantCulture, $" (process {id})") : "")}; this one ends.", exception);
        }
    }

    /// <summary>A step that fails is told; a night whose time is up begins none.</summary>
    private async Task StepAsync(string name, Func<Task<NightStep>> work, CancellationToken cancel)
    {
        NightStep step;
        try
        {
            cancel.ThrowIfCancellationRequested();
            step = await work();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            _isFinished = false;
            step = new NightStep(name, "not finished: the time was up, or the night was stopped; the next one goes on from the last checkpoint.", []);
        }
        catch (Exception exception)
        {
            var findings = FindingsOf(exception).ToList();
            step = new NightStep(name, findings.Count == 1 ? $"failed: {findings[0].Text}" : $"failed: {findings.Count} problems", findings);
        }

        Tell(step);
    }

    private void Tell(NightStep step)
    {
        _steps.Add(step);
        progress.Line($"{step.Name}: {step.Text}");
        foreach (var finding in step.Findings.Where(finding => !step.Text.Contains(finding.Text, StringComparison.Ordinal)))
            progress.Line($"    {finding.Text.ReplaceLineEndings(" ")}");
    }

    private IEnumerable<NightFinding> FindingsOf(Exception exception) => exception is RunFailedException several
        ? several.Failures.SelectMany(FindingsOf)
        : [new NightFinding(options.CodeOf(exception), exception.Message)];

    private NightStep OpenPlan()
    {
        _pipeline = open();
        return new NightStep("Plan", $"{Plan}, profile {_pipeline.Profile}: {string.Join(", ", _pipeline.Names)}", []);
    }

    private async Task<NightStep> RunPlanAsync(CancellationToken cancel)
    {
        await _pipeline!.RunAsync(Enum.GetValues<PipelineStage>(), null, cancel);
        var stages = _pipeline.Outcomes;
        return new NightStep(
            "Run",
            stages.All(stage => stage.Run == 0)
                ? $"everything was up to date, {stages.Sum(stage => stage.Reused)} reused."
                : $"{stages.Sum(stage => stage.Run)} ran ({string.Join(", ", stages.Where(stage => stage.Run > 0).GroupBy(stage => stage.Stage, StringComparer.Ordinal).Select(stage => $"{stage.Key} {stage.Sum(line => line.Run)}"))}), {stages.Sum(stage => stage.Reused)} reused.",
            []);
    }

    private async Task<NightStep> ReproduceAsync(DateOnly date, CancellationToken cancel)
    {
        var versions = _pipeline!.Versions;
        if (versions.Count == 0)
            return new NightStep("Reproduce", "the plan has no version.", []);
        var version = versions[date.DayNumber % versions.Count];
        if (!_pipeline.Outcomes.Any(stage => stage.Stage == "Train" && stage.Version == version))
            return new NightStep("Reproduce", $"not done: {version} is not trained.", []);
        return await _pipeline.ReproduceAsync(version, cancel) is { } different
            ? new NightStep("Reproduce", $"training {version} again gave something else", [new NightFinding(NightFinding.Differs, $"Training {version} again gave other bytes in {different}.")])
            : new NightStep("Reproduce", $"training {version} again gave the same bytes.", []);
    }

    private NightStep Verify() => _pipeline!.Verify() is { Count: > 0 } problems
        ? new NightStep("Verify", $"{problems.Count} {(problems.Count == 1 ? "thing is" : "things are")} not as written", [.. problems.Select(problem => new NightFinding(NightFinding.Differs, problem))])
        : new NightStep("Verify", "everything is as it was written.", []);

    private async Task<NightStep> CheckAsync(CancellationToken cancel)
    {
        if (!WasEvaluated)
            return new NightStep("Check", "not done: there are no results of tonight.", []);
        var check = await _pipeline!.CheckAsync(cancel);
        return check.Outcome switch
        {
            SnapshotOutcome.Same => new NightStep("Check", $"{check.Pictures} pictures, {check.Grids} grids and {check.Measures} measures are as accepted{(check.IsExact ? "" : ", within what another class of processor may change")}.", []),
            SnapshotOutcome.NothingAccepted => new NightStep("Check", "nothing is accepted yet; --target=Accept takes the results over.", []),
            SnapshotOutcome.Different => new NightStep("Check", $"the results are not as accepted in {check.Folder}", [.. check.Told().Select(text => new NightFinding(NightFinding.Differs, text))]),
            _ => new NightStep("Check", $"nothing could be compared with {check.Folder}", [.. check.Findings.Select(finding => new NightFinding(NightFinding.Failed, finding.Text)).DefaultIfEmpty(new NightFinding(NightFinding.Failed, $"There was nothing to compare with {check.Folder}."))]),
        };
    }

    private bool WasEvaluated => _pipeline!.Outcomes.Any(stage => stage.Stage == "Evaluate");

    /// <summary>The figures, against those of the last nights; the night itself becomes one of them.</summary>
    private NightReport Measured(NightReport report)
    {
        var step = new NightStep("Measures", "not done: there are no results of tonight.", []);
        try
        {
            if (_pipeline is not null && WasEvaluated)
                (report, step) = Compare(report with { Results = _pipeline.Results() });
            Tell(step);
            report = report with { Steps = [.. _steps] };
            _history.Add(NightRecord.Of(report));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Tell(new NightStep("Measures", $"the nights of before cannot be read or written: {exception.Message}", [new NightFinding(options.CodeOf(exception), exception.Message)]));
            report = report with { Steps = [.. _steps] };
        }

        return report;
    }

    private (NightReport Report, NightStep Step) Compare(NightReport report)
    {
        var (all, damaged) = _history.Read();
        var nights = all.Where(night => night.Profile == report.Profile && night.Measures.Count > 0).ToList();
        var left = new UsualMeasures(nights).Left(report.Results.Versions).Select(sentence => new NightFinding(NightFinding.Differs, sentence)).ToList();
        var unread = damaged == 0 ? "" : $" {damaged} damaged {(damaged == 1 ? "line" : "lines")} of the nights before cannot be read.";
        var text = nights.Count == 0 ? "the first night that is measured."
            : left.Count == 0 ? $"as in the {(nights.Count == 1 ? "night before" : $"{Math.Min(nights.Count, UsualMeasures.Nights)} nights before")}."
            : $"{left.Count} {(left.Count == 1 ? "has" : "have")} left what is usual.";
        return (report with { Before = nights.LastOrDefault()?.Measures ?? report.Before }, new NightStep("Measures", text + unread, left));
    }

    private string Write(NightReport report)
    {
        var workspace = PlanPaths.Workspace(options.PlanFile);
        var path = Path.Combine(_pipeline?.Artifacts ?? Path.Combine(workspace, PlanPaths.DefaultArtifacts(options.PlanFile)), FileName);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(NightText.Write(report, workspace)));
        return path;
    }
}
