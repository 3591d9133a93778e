using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>
/// Goes through a graph: what is in the cache is laid out, the rest runs, several jobs at a time, and is stored. What has been gone
/// through is not gone through again.
/// </summary>
public sealed class GraphRun : IDisposable
{
    private readonly JobGraph _graph;
    private readonly Cache _cache;
    private readonly LockFile _lockFile;
    private readonly RunOptions _options;
    private readonly IRunLog _log;
    private readonly JobOutputs _outputs;
    private readonly Dictionary<string, StageOutcome> _outcomes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StageOutcome> _peeked = new(StringComparer.Ordinal);
    private readonly WorkerPool _workers = new();

    /// <param name="graph">The work.</param>
    /// <param name="cache">The cache, and the workspace that holds the outputs.</param>
    /// <param name="lockFile">Takes a line about each stage.</param>
    /// <param name="options">How to go through it.</param>
    /// <param name="log">Hears what happens.</param>
    public GraphRun(JobGraph graph, Cache cache, LockFile lockFile, RunOptions options, IRunLog log)
    {
        (_graph, _cache, _lockFile, _options, _log) = (graph, cache, lockFile, options, log);
        _outputs = new JobOutputs(cache);
    }

    /// <summary>What became of the stages so far, in the graph's order.</summary>
    public IReadOnlyList<StageOutcome> Outcomes => [.. _graph.Stages.Where(stage => _outcomes.ContainsKey(stage.Label)).Select(stage => _outcomes[stage.Label])];

    /// <summary>Looks at stages and what they need, and does nothing. Nobody else is asked.</summary>
    /// <returns>What would have to run, and why, in the graph's order.</returns>
    public IReadOnlyList<StageOutcome> Look(IEnumerable<StageNode> wanted) => LookAsync(wanted, _ => Task.CompletedTask).GetAwaiter().GetResult();

    /// <summary>Looks at stages and what they need, and at what other caches have of what is missing here; takes nothing.</summary>
    /// <returns>What would have to run, and why, in the graph's order.</returns>
    public Task<IReadOnlyList<StageOutcome>> LookAsync(IEnumerable<StageNode> wanted, CancellationToken cancellation)
    {
        var remote = new RemoteResults(_cache, _outputs, _log);
        return LookAsync(wanted, run => run.Missing.Any(job => !job.IsPending) && remote.Any ? remote.AskAsync(run, cancellation) : Task.CompletedTask);
    }

    private async Task<IReadOnlyList<StageOutcome>> LookAsync(IEnumerable<StageNode> wanted, Func<StageRun, Task> ask)
    {
        var seen = new Dictionary<string, StageOutcome>(_outcomes, StringComparer.Ordinal);
        var keys = NewKeys(seen);
        var closure = _graph.Closure(wanted);
        foreach (var stage in closure.Where(stage => !seen.ContainsKey(stage.Label)))
        {
            var run = new StageRun(stage, keys.Of(stage), _cache, _outputs);
            run.Find(layOut: false);
            await ask(run);
            run.Explain(new ItemHistory(_cache, _options.Profile, stage.Label));
            seen[stage.Label] = run.Outcome();
        }

        return [.. closure.Select(stage => seen[stage.Label])];
    }

    /// <summary>Runs what stages, and those that they need, lack.</summary>
    /// <returns>What became of them, in the graph's order.</returns>
    /// <exception cref="RunFailedException">Several jobs failed. Where one did, its own exception is thrown. All others have ended.</exception>
    /// <exception cref="InputChangedException">An input changed while a job ran.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public async Task<IReadOnlyList<StageOutcome>> RunAsync(IEnumerable<StageNode> wanted, CancellationToken cancellation)
    {
        var closure = _graph.Closure(wanted);
        try
        {
            var order = new StageOrder(_graph, closure, stage => _outcomes.ContainsKey(stage.Label));
            await new GraphPass(order, _cache, _options, _log, _workers, NewKeys(_outcomes), Refusal, Record).RunAsync(cancellation);
        }
        finally
        {
            _lockFile.Flush();
        }

        // What is no longer in the plan does not stand any more.
        _lockFile.Keep(_options.Profile, _graph.Stages.Select(stage => stage.Label).ToHashSet(StringComparer.Ordinal));
        return [.. closure.Select(stage => _outcomes[stage.Label])];
    }

    /// <summary>Where an input is, as far as it is made by this run.</summary>
    /// <exception cref="FileNotFoundException">A file of the user's is not there.</exception>
    public JobInput Find(Input input) => new Inputs(_cache, _graph, _outcomes).Find(input);

    /// <summary>Where an input is, as far as it is made by this run, or an earlier one made what this one would make.</summary>
    /// <exception cref="FileNotFoundException">A file of the user's is not there.</exception>
    public JobInput Peek(Input input)
    {
        lock (_peeked)
        {
            if (input is Ref reference)
                Peek(_graph.Stage(_graph.Job(reference.Job).Stage)!);
            return new Inputs(_cache, _graph, _peeked).Find(input);
        }
    }

    /// <summary>Everything that a job depends on; what it reads must have been made by this run.</summary>
    public IReadOnlyList<FingerprintEntry> Entries(JobNode job) => NewKeys(_outcomes).Of(job).Entries;

    /// <summary>Does a job once more, whatever is cached, with all that it writes in a folder of its own.</summary>
    /// <param name="job">The job; everything that it reads must have been made by this run.</param>
    /// <param name="folder">Full path of an empty folder.</param>
    /// <param name="cancellation">Asks it to stop.</param>
    /// <returns>The files that it gave.</returns>
    public async Task<IReadOnlyList<OutputFile>> RunAgainAsync(JobNode job, string folder, CancellationToken cancellation)
    {
        using var apart = new Cache(folder, _cache.Warn);
        var keyed = NewKeys(_outcomes).Of(job).Prepared();
        var done = await _workers.RunAsync(live => new JobExecution(apart, _options.Facts, _options.Salt, _log, _cache.Hasher).Run(keyed, live, cancellation));
        var (stored, outputs) = (done.Store(), new JobOutputs(apart));
        return outputs.TryLayOut(job, stored)
            ? outputs.Files(job, stored)
            : throw new IOException($"What {job.Id} stored in '{folder}' cannot be read back; check the disk.");
    }

    /// <inheritdoc/>
    public void Dispose() => _workers.Dispose();

    private JobKeys NewKeys(IReadOnlyDictionary<string, StageOutcome> outcomes) => new(new Inputs(_cache, _graph, outcomes), _options.Facts, _options.Salt, _options.Executor);

    private void Peek(StageNode wanted)
    {
        foreach (var stage in _graph.Closure([wanted]).Where(stage => _peeked.GetValueOrDefault(stage.Label)?.OutputsHash is null))
        {
            if (_outcomes.TryGetValue(stage.Label, out var known))
            {
                _peeked[stage.Label] = known;
            }
            else if (!_peeked.ContainsKey(stage.Label))
            {
                var run = new StageRun(stage, NewKeys(_peeked).Of(stage), _cache, _outputs);
                run.Find(layOut: false);
                _peeked[stage.Label] = run.Outcome();
            }
        }
    }

    // Where the lock file must not change, a stage that would change it does not begin.
    private DifferenceException? Refusal(StageRun run)
    {
        if (!_lockFile.Locked || run.Key is not { } key)
            return null;
        var history = new ItemHistory(_cache, _options.Profile, run.Node.Label);
        return _lockFile.Check(_options.Profile, run.Node.Label, key, old => history.ChangesSince(old, run.Jobs.Select(job => (job.Node.Label, job.Entries))))
            ? null
            : new DifferenceException($"The lock file says something else:\n{string.Join("\n", _lockFile.Differences.SelectMany(difference => difference.Lines()))}");
    }

    private void Record(StageRun run, StageOutcome outcome)
    {
        run.Keep();
        var (label, key) = (run.Node.Label, run.Key!.Value);
        _cache.Records.Add(_options.Profile, label, key, run.Jobs.Select(job => job.Key));
        _cache.Marks.Add([key]);
        _cache.LaidOut.Replace(label, key, outcome.Items.SelectMany(item => item.Files).Select(file => (file.RelativePath, file.Hash)));
        _lockFile.Set(_options.Profile, label, key, outcome.OutputsHash!.Value);
        _outcomes[label] = outcome;
    }
}
