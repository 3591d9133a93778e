using Slipway.Engine.Caching;
using Slipway.Pipeline.Exchange;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Pipeline.Preflights;
using Slipway.Pipeline.Stages;

namespace Slipway.Pipeline;

/// <summary>
/// The whole pipeline of one plan: from backgrounds to evaluation. A stage that somebody asks for brings those that
/// it needs; each is looked at once in a run.
/// </summary>
public sealed class SlipwayPipeline : IPipeline
{
    private const int RunsKept = 10;
    private const string EditAdvice =
        "To make a change last, copy the files into a folder of your own and train on it (a dataset with `source: folder`), or say it in the plan (`tags.extra`, `tags.replace`).";
    private readonly Cache _cache;
    private readonly string _planFile;
    private readonly Plan _plan;
    private readonly StageContext _context;
    private readonly IProgressSink _progress;
    private readonly List<StageSummary> _summaries = [];
    private PipelineRun? _run;

    private SlipwayPipeline(Cache cache, string planFile, Plan plan, IProgressSink progress)
    {
        (_cache, _planFile, _plan, _progress) = (cache, planFile, plan, progress);
        _cache.LaidOut.EditAdvice = EditAdvice;
        _context = new StageContext(plan, cache, progress);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Versions => [.. _plan.Versions.Select(version => version.Name)];

    /// <summary>Reads the plan and opens the cache; nothing runs yet, and no model is loaded.</summary>
    /// <param name="planFile">The YAML file; its folder is the workspace.</param>
    /// <param name="profile">Name of the profile; null: the plan's default.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>, instead of the plan's; null: the plan's.</param>
    /// <param name="progress">Hears how far the work is.</param>
    /// <exception cref="PlanException">Something is wrong with the plan.</exception>
    /// <exception cref="ArgumentException">The device asked for is not there.</exception>
    public static SlipwayPipeline Open(string planFile, string? profile, string? device, IProgressSink progress)
    {
        var overrides = new Dictionary<string, string>(StringComparer.Ordinal);
        if (device is not null)
        {
            overrides["device"] = device;
        }

        var plan = Plan.Load(planFile, profile, overrides);
        LazyModel.RequireDevice(plan.Device);
        return new SlipwayPipeline(new Cache(PlanPaths.Workspace(planFile), progress.Warn, PlanPaths.Stem(planFile)), planFile, plan, progress);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StageSummary>> RunAsync(PipelineStage stage, string? version, CancellationToken cancel)
    {
        if (version is not null && _plan.Ensembles.All(ensemble => ensemble.Name != version))
        {
            _ = _plan.Version(version);
        }

        var before = _summaries.Count;
        // An output that another plan holds shows here, before anything runs.
        if (_run is null && new HeldOutputs(_cache).Any)
            await NewRun(statusOnly: true, []).RunAsync(stage, version, cancel);
        _run ??= NewRun(statusOnly: false);
        await _run.RunAsync(stage, version, cancel);
        return _summaries[before..];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> StatusAsync(CancellationToken cancel)
    {
        var run = NewRun(statusOnly: true);
        await run.RunAsync(PipelineStage.Evaluation, version: null, cancel);
        return
        [
            .. run.Outcomes.SelectMany(StatusLines),
            .. _cache.LaidOut.FindEdited().Select(path => $"edited: {path}; the next run keeps it beside as {Path.GetFileName(path)}.edited and puts the output back. {EditAdvice}"),
        ];
    }

    /// <inheritdoc/>
    public async Task<Preflight> PreflightAsync(string? version, CancellationToken cancel)
    {
        if (version is not null)
        {
            _ = _plan.Version(version);
        }

        return await NewRun(statusOnly: true, []).PreflightAsync(version, cancel);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Verify()
    {
        return [.. Verification.Of(_cache).Findings.Select(finding => finding.Text)];
    }

    /// <inheritdoc/>
    public (int Files, long Bytes) CollectGarbage() => GarbageCollection.Collect(_cache, RunsKept);

    /// <inheritdoc/>
    public int Clean() => _cache.LaidOut.DeleteAll();

    /// <inheritdoc/>
    public async Task<string?> ReproduceAsync(string version, CancellationToken cancel)
    {
        _run ??= NewRun(statusOnly: false);
        await _run.RunAsync(PipelineStage.Training, version, cancel);
        return await _run.ReproduceAsync(version, cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ExportAsync(string version, string folder, CancellationToken cancel)
    {
        var plan = _plan.Version(version);
        if (Path.Exists(folder))
            throw new ArgumentException($"'{folder}' is there already; name a folder that is not.");
        _run ??= NewRun(statusOnly: false);
        return SdScriptsExport.Write(_plan, await _run.DataAsync(plan, cancel), _cache.Workspace, folder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.Dispose();
        _cache.Dispose();
    }

    private PipelineRun NewRun(bool statusOnly) => NewRun(statusOnly, _summaries);

    private PipelineRun NewRun(bool statusOnly, List<StageSummary> summaries)
    {
        var lockFile = new LockFile(PlanPaths.LockFile(_planFile), _progress.Warn);
        var runner = new StageRunner(_cache, lockFile, _plan.Profile, new ProgressLog(_progress), _plan.Salt) { StatusOnly = statusOnly };
        return new PipelineRun(_context, runner, summaries, statusOnly ? null : () => NewRun(statusOnly: true, []));
    }

    private static IEnumerable<string> StatusLines(StageOutcome outcome) => outcome.Run == 0
        ? [$"{outcome.Stage}: up to date ({outcome.Reused} reused)"]
        : [$"{outcome.Stage}: {outcome.Run} would run, {outcome.Reused} reused", .. outcome.Reasons.Select(reason => $"    {reason}")];
}
