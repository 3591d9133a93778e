using System.Diagnostics;
using Slipway.Diffusion.Devices;
using Slipway.Diffusion.Memory;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Files;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Commands.Comparisons;
using Slipway.Pipeline.Commands.Exchange;
using Slipway.Pipeline.Commands.Origins;
using Slipway.Pipeline.Commands.Preflights;
using Slipway.Pipeline.Commands.Publishing;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Pipeline.Runs;

namespace Slipway.Pipeline;

/// <summary>
/// The whole pipeline of one plan: from backgrounds to evaluation. A stage that somebody asks for brings those that
/// it needs; each is looked at once in a run.
/// </summary>
public sealed class SlipwayPipeline : IPipeline
{
    /// <summary>How many runs are kept; fewer, one after the other, where the cache has to be smaller.</summary>
    private static readonly int[] RunsKept = [10, 5, 3, 2, 1];
    private const string EditAdvice =
        "To make a change last, copy the files into a folder of your own and train on it (a dataset with `source: folder`), or say it in the plan (`tags.extra`, `tags.replace`).";
    private readonly Cache _cache;
    private readonly string _planFile;
    private Plan _plan;
    private readonly IProgressSink _progress;
    private readonly int _jobs;
    private readonly LockFile _lockFile;
    private readonly EnvironmentFacts _facts;
    private readonly BeforeWork _before;
    private readonly ClusterNodes? _nodes;
    private readonly Func<int, bool>? _leaves;
    private readonly IReadOnlyDictionary<string, string> _overrides;
    private readonly Lazy<PlanGraph> _graph;
    private readonly Lazy<GraphRun> _run;
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private string? _table;

    private SlipwayPipeline(Cache cache, string planFile, Plan plan, PipelineOptions options, IProgressSink progress)
    {
        (_cache, _planFile, _progress) = (cache, planFile, progress);
        _cache.LaidOut.EditAdvice = EditAdvice;
        _jobs = Math.Max(1, Math.Min(options.Jobs ?? int.MaxValue, JobsAtATime(plan)));
        _lockFile = new LockFile(PlanPaths.LockFile(planFile), progress.Warn) { Locked = options.Locked };
        _plan = plan with { Device = DeviceNames.WithoutNumber(plan.Device) };
        var card = new RememberedCard(_cache.Root);
        var own = options.Facts ?? Facts.Read(DeviceNames.NumberOf(plan.Device));
        _facts = own;
        _nodes = ClusterRun.Nodes(_plan, planFile, cache, own, progress);
        if (_plan.Device != "cpu" && _nodes is null)
        {
            (_facts, var note) = card.Complete(own);
            if (note is not null)
                progress.Warn(note);
        }

        _overrides = Overrides(options);
        _leaves = options.Leaves;
        _graph = new Lazy<PlanGraph>(() => PlanGraph.From(_plan, _cache.Workspace));
        _run = new Lazy<GraphRun>(() => NewRun(Graph));
        TakeThreads();
        _before = new BeforeWork(_plan, own, card, Look);
    }

    /// <inheritdoc/>
    public string Profile => _plan.Profile;

    /// <inheritdoc/>
    public string Artifacts => Path.Combine(_cache.Workspace, _plan.ArtifactsFolder);

    /// <inheritdoc/>
    public IReadOnlyList<StageSummary> Outcomes => [.. _run.Value.Outcomes.Select(Summary)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Versions => [.. _plan.Versions.Select(version => version.Name)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => [.. Versions, .. _plan.Ensembles.Select(ensemble => ensemble.Name)];

    /// <inheritdoc/>
    public JobGraph Graph => _graph.Value.Jobs;

    /// <summary>Reads the plan and opens the cache; nothing runs yet, and no model is loaded.</summary>
    /// <param name="planFile">The YAML file; its folder is the workspace.</param>
    /// <param name="options">What the command line says beside the plan.</param>
    /// <param name="progress">Hears how far the work is.</param>
    /// <exception cref="PlanException">Something is wrong with the plan.</exception>
    /// <exception cref="ArgumentException">The card asked for is none that this process may see.</exception>
    public static SlipwayPipeline Open(string planFile, PipelineOptions options, IProgressSink progress)
    {
        var plan = LocatedPlan.Load(planFile, options.Profile, Overrides(options));
        foreach (var warning in plan.Warnings)
            progress.Warn(warning);
        if (DeviceNames.NumberOf(plan.Device) is { } card)
            VisibleCard.Choose(card);
        return new SlipwayPipeline(SharedCache.Open(PlanPaths.Workspace(planFile), progress.Warn, PlanPaths.Stem(planFile), plan.Cache), planFile, plan, options, progress);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StageSummary>> RunAsync(IReadOnlyList<PipelineStage> stages, IReadOnlyList<string>? versions, CancellationToken cancel)
    {
        Require(versions, ensembles: true);
        _before.Asked = versions;
        if (_nodes is not null)
        {
            await _nodes.AskAsync(cancel);
            TakeThreads();
        }

        LookAhead();
        var wanted = Wanted(stages, versions);
        new RunRefusals(_cache, _plan, Graph, _lockFile).Refuse(wanted, _run.Value);
        var outcomes = await _run.Value.RunAsync(wanted, cancel);
        _lockFile.KeepProfiles(_plan.Profiles.ToHashSet(StringComparer.Ordinal));
        if (stages.Contains(PipelineStage.Evaluation))
            _table = NewBesideResults().Write(Names, new RunRecordPlace($"{_graph.Value.ReportFolder}/{RunRecord.FileName}", Path.GetFileName(_planFile), _clock.Elapsed, _facts));
        if (_lockFile.Differences.Count > 0)
            throw new DifferenceException(LockText());
        return [.. outcomes.Where(outcome => _told.Add(outcome.Stage)).Select(Summary)];
    }

    /// <inheritdoc/>
    public RunResults Results() => RunResults.Of(_plan.ArtifactsFolder, _run.Value.Outcomes, _table is null ? [] : [new ResultPlace("table", _table, 0)]);

    /// <inheritdoc/>
    public async Task<StatusReport> StatusAsync(CancellationToken cancel)
    {
        LookAhead();
        var found = await _run.Value.LookAsync(_graph.Value.Stages(PipelineStage.Evaluation, null), cancel);
        return new StatusReport(Path.GetFileName(_planFile), _plan.Profile, [.. found.Select(outcome => (Graph.Stage(outcome.Stage)!, outcome))], _cache.LaidOut.FindEdited())
        {
            EditAdvice = EditAdvice,
            Remote = _cache.AskedRemote,
            NodesAreUnknown = _nodes is { AreKnown: false },
            Times = [.. found.Select(new WorkTimes(_cache, _plan.Profile, Graph.Stages).Of)],
        };
    }

    /// <inheritdoc/>
    public Preflight Preflight(IReadOnlyList<string>? versions)
    {
        Require(versions, ensembles: false);
        return Look(versions);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Verify() => [.. Verification.Of(_cache).Findings.Select(finding => finding.Text), .. new JobFiles(_cache).RemoveDamaged()];

    /// <inheritdoc/>
    public GarbageReport CollectGarbage(GarbageRequest request)
    {
        var (files, bytes) = (0, 0L);
        var holds = CacheContents.Of(_cache);
        var before = holds.Sum(part => part.Bytes);
        foreach (var keep in RunsKept)
        {
            var (some, freed) = GarbageCollection.Collect(_cache, new GarbageRules(keep) { Age = request.Age, IsPreview = request.IsPreview });
            // A preview finds again what it has found.
            (files, bytes) = request.IsPreview ? (some, freed) : (files + some, bytes + freed);
            if (request.Limit is null || before - bytes <= request.Limit)
                break;
        }

        return new GarbageReport(files, bytes, before - bytes, request.IsPreview || files == 0 ? holds : CacheContents.Of(_cache));
    }

    /// <inheritdoc/>
    public OriginRun Origins(string folder) => new(_cache, folder);

    /// <inheritdoc/>
    public int Clean() => _cache.LaidOut.DeleteAll();

    /// <inheritdoc/>
    public async Task<string?> ReproduceAsync(string version, CancellationToken cancel)
    {
        Require([version], ensembles: false);
        await RunAsync([PipelineStage.Training], [version], cancel);
        return await NewReproduction().AgainAsync(version, cancel);
    }

    /// <inheritdoc/>
    public Task<Reproduction> ReproduceFileAsync(string file, CancellationToken cancel) => NewReproduction().FileAsync(file, Names, cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ExportAsync(string version, string folder, CancellationToken cancel)
    {
        Require([version], ensembles: false);
        if (Path.Exists(folder))
            throw new ArgumentException($"'{folder}' is there already; name a folder that is not.");
        var stage = _graph.Value.Lora(version);
        await _run.Value.RunAsync(Graph.Needs(stage), cancel);
        var job = (TrainJob)stage.Jobs[0].Job;
        var plan = _plan.Version(version);
        var data = _graph.Value.DatasetsOf(plan).Zip(job.Subsets, (dataset, subset) => new ExportedDataset(dataset.Plan, subset, Datasets.SubsetFiles.From(subset, input => _run.Value.Find(input).Source, input => _run.Value.Find(input).Path))).ToList();
        return SdScriptsExport.Write(_plan, plan, data, _cache.Workspace, folder);
    }

    /// <inheritdoc/>
    public async Task<SnapshotCheck> CheckAsync(CancellationToken cancel)
    {
        var results = await ResultsAsync(cancel);
        return await Task.Run(() => Snapshots().Check(results), cancel);
    }

    /// <inheritdoc/>
    public async Task<SnapshotAcceptance> AcceptAsync(CancellationToken cancel)
    {
        var results = await ResultsAsync(cancel);
        using var held = await FileLock.AcquireAsync(Path.Combine(_cache.Root, "locks", "accept"), process => _progress.Line($"Another run{(process is { } id ? $" (process {id})" : "")} accepts; waiting."), cancel);
        var accepted = await Task.Run(() => Snapshots().Accept(results), cancel);
        await RenewReportAsync(cancel);
        return accepted;
    }

    /// <inheritdoc/>
    public async Task<Comparison> CompareAsync(CompareRequest request, string folder, CancellationToken cancel)
    {
        // What cannot be compared with is said before anything runs.
        var file = request.With is { } with && File.Exists(Path.GetFullPath(with, folder)) ? Path.GetFullPath(with, folder) : null;
        var revision = request.With is null || file is not null ? null : GitRevision.Open(_cache.Workspace, request.With);
        revision?.Require($"{_plan.AcceptedFolder}/{SnapshotFolder.ManifestName}", _plan.AcceptedFolder);
        foreach (var name in new[] { request.A, request.B }.OfType<string>().Where(name => name != PlanGraph.Base))
            Require([name], ensembles: true);
        var results = await ResultsAsync(cancel);
        var run = new ComparisonRun(_plan, _cache.Workspace, results);
        return await Task.Run(
            () => file is not null ? run.Evaluation(file, request.With!)
                : revision is not null ? run.Revision(revision, _planFile, _plan.AcceptedFolder, _overrides)
                : run.Versions(request.A!, request.B!),
            cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> PublishAsync(string? version, string folder, CancellationToken cancel)
    {
        Require(version is null ? null : [version], ensembles: true);
        if (Path.Exists(folder))
            throw new ArgumentException($"'{folder}' is there already; name a folder that is not.");
        var results = await ResultsAsync(cancel);
        // As it is written: a file of the hub is known by its repository there.
        var written = Plan.Load(_planFile, _plan.Profile, _overrides);
        var beside = NewBesideResults();
        var publish = new PublishRun(written, results, BaseModel.NameOf(_plan, _cache.Workspace), beside.Find, beside.Loras);
        return await Task.Run(() => publish.Write(version, folder), cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_run.IsValueCreated)
            _run.Value.Dispose();
        _cache.Dispose();
    }

    // Where the plan leaves the number to the machine, it is that of the machines that compute.
    private void TakeThreads()
    {
        if (_nodes?.Threads is { } threads && !_graph.IsValueCreated)
            _plan = _plan with { Threads = threads };
    }

    private SnapshotRun Snapshots() => new(Path.Combine(_cache.Workspace, _plan.AcceptedFolder), _plan.AcceptedFolder);

    private async Task<SnapshotResults> ResultsAsync(CancellationToken cancel)
    {
        await RunAsync([PipelineStage.Evaluation], null, cancel);
        return new ResultCollection(_plan, _planFile, _graph.Value, _cache, _facts).From(_run.Value.Outcomes, _overrides);
    }

    /// <summary>The report compares with what is accepted: it is made anew at once, so that the next run finds nothing to do and the lock file stands.</summary>
    private async Task RenewReportAsync(CancellationToken cancel)
    {
        var graph = PlanGraph.From(_plan, _cache.Workspace);
        using var run = NewRun(graph.Jobs);
        _ = await run.RunAsync(graph.Stages(PipelineStage.Evaluation, null), cancel);
    }

    private BesideResults NewBesideResults() => new(_plan, _cache, _run.Value.Outcomes);

    private ReproductionRun NewReproduction() => new(_cache, _graph.Value, _run.Value);

    // While the graph is made, the file system is asked for the files that have the most.
    private void LookAhead()
    {
        foreach (var dataset in _plan.Datasets.Where(dataset => dataset.Folder is not null))
            _cache.Hasher.LookAhead(Path.Combine(_cache.Workspace, dataset.Folder!.Folder));
    }

    private List<StageNode> Wanted(IReadOnlyList<PipelineStage> stages, IReadOnlyList<string>? versions)
    {
        try
        {
            return [.. stages.SelectMany(stage => _graph.Value.Stages(stage, versions)).Distinct()];
        }
        catch (Exception exception) when (exception is InvalidDataException or DirectoryNotFoundException)
        {
            // Something is wrong with one folder: what is wrong beside it is said with it.
            if (Look(versions).Problems is { Count: > 1 } problems)
                throw new InvalidDataException(string.Join("\n", problems), exception);
            throw;
        }
    }

    private static Dictionary<string, string> Overrides(PipelineOptions options) => new[] { ("device", options.Device), ("executor", options.Executor) }
        .Where(option => option.Item2 is not null).ToDictionary(option => option.Item1, option => option.Item2!, StringComparer.Ordinal);

    // As many as cores allow: what uses all of them runs alone.
    private static int JobsAtATime(Plan plan) => plan.Threads == 0 || plan.Device != "cpu" ? 1 : Math.Max(1, ProcessorFacts.Read().Cores / plan.Threads);

    private string LockText() =>
        $"The lock file {_lockFile.Name} says something else:\n{string.Join("\n", _lockFile.Differences.SelectMany(difference => difference.Lines()))}";

    private GraphRun NewRun(JobGraph graph) => new(graph, _cache, _lockFile, new RunOptions
    {
        Profile = _plan.Profile,
        Salt = _plan.Salt,
        Facts = _facts,
        Jobs = _jobs,
        Executor = ClusterRun.Of(_plan, _planFile, _cache, _nodes, job => Graph.Stage(job.Stage)?.Version is { } version && job.Job is TrainJob && _before.Needed.TryGetValue(version, out var bytes) ? bytes : null, _leaves, _progress),
        FreeMemory = () => DeviceMemory.Free(cuda: false),
        Before = _before.LookAsync,
    }, new RunLog(_progress));

    private Preflight Look(IReadOnlyList<string>? versions) =>
        new TrainingPreflight(_plan, _graph.Value, Find, _cache.Kept.Find, _cache.Workspace) { Time = TimeOf }.Look(versions, isLoaded: false);

    private TimeSpan? TimeOf(string version) => new WorkTimes(_cache, _plan.Profile, Graph.Stages).Of(_graph.Value.Lora(version), 1);

    // What is not made is looked for in the cache, and not made for this.
    private JobInput Find(Input input) => _run.Value.Peek(input);

    private void Require(IReadOnlyList<string>? names, bool ensembles)
    {
        foreach (var name in names ?? [])
        {
            if (ensembles)
                _plan.RequireTrained(name);
            else
                _ = _plan.Version(name);
        }
    }

    private StageSummary Summary(StageOutcome outcome)
    {
        var stage = Graph.Stage(outcome.Stage)!;
        return new StageSummary(stage.Name, stage.Version, outcome.Run, outcome.Reused, outcome.Duration) { Remote = outcome.Remote, Reasons = outcome.Reasons };
    }
}
