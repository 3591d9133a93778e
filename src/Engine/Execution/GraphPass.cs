using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>
/// One pass over some stages. All decisions are taken by one loop, which waits for whatever ends next; only the jobs themselves, their
/// storing and the wait for other processes go on beside it.
/// </summary>
internal sealed class GraphPass(
    StageOrder order, Cache cache, RunOptions options, IRunLog log, WorkerPool workers, JobKeys keys, Func<StageRun, Exception?> refusal, Action<StageRun, StageOutcome> record)
{
    private readonly JobOutputs _outputs = new(cache);
    private readonly RemoteResults _remote = new(cache, new JobOutputs(cache), log);
    private readonly WorkBeside _beside = new();
    private readonly ComingStages _coming = new(order);
    private readonly Dictionary<string, StageLock> _locks = new(StringComparer.Ordinal);
    private readonly Failures _failures = new();
    private bool? _lacks;
    private bool _stops;
    private CancellationToken _cancellation;

    private JobDispatch Jobs => field ??= new(cache, options, log, workers, _remote, order, _coming, _beside, End);

    /// <summary>Goes through the stages.</summary>
    /// <exception cref="RunFailedException">Several jobs failed. Where one did, its own exception is thrown. All others have ended.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _cancellation = cancellation;
        try
        {
            await GoAsync(cancellation);
            await _remote.FinishAsync();
        }
        finally
        {
            foreach (var held in _locks.Values)
                held.Dispose();
        }

        cancellation.ThrowIfCancellationRequested();
        _failures.Throw(order);
    }

    private async Task GoAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (!cancellation.IsCancellationRequested && !_stops)
            {
                OpenReady(cancellation);
                Jobs.Start(cancellation);
            }

            if (!_beside.Any)
                break;
            await _beside.EndAsync();
        }
    }

    private void OpenReady(CancellationToken cancellation)
    {
        while (order.Next() is { } stage)
            Open(stage, cancellation);
    }

    private void Record(StageRun run)
    {
        record(run, run.Outcome());
        _remote.Offer(run, _cancellation);
        order.Done(run.Node);
    }

    private void Open(StageNode stage, CancellationToken cancellation)
    {
        try
        {
            var run = new StageRun(stage, keys.Of(stage), cache, _outputs);
            if (refusal(run) is { } refused)
            {
                _stops = true;
                _failures.Add(stage, refused);
                return;
            }

            cache.Marks.Add(run.Jobs.Select(job => job.Key));
            if (IsWhole(run))
                Record(run);
            else if (_remote.Any)
                _beside.Add(AskAsync(run, cancellation));
            else
                Prepare(run, cancellation);
        }
        catch (Exception exception)
        {
            if (exception is not FileNotFoundException || !LacksInputs())
                _failures.Add(stage, exception);
        }
    }

    /// <summary>
    /// Looks, before the first job begins, at all files of the user's that any stage reads: nobody learns after hours that the last one lacks
    /// one. Where any is missing nothing begins.
    /// </summary>
    private bool LacksInputs()
    {
        if (_lacks is { } known)
            return known;
        _lacks = false;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var stage in order.Stages)
        {
            if (Inputs.Lacking(stage.Jobs.SelectMany(job => job.Inputs).OfType<FileRef>().Where(file => seen.Add(file.Path)), cache.Workspace) is not { } missing)
                continue;
            _failures.Add(stage, missing);
            _lacks = _stops = true;
        }

        return _lacks.Value;
    }

    /// <summary>Lays out what is there, and whether that is all.</summary>
    private bool IsWhole(StageRun run)
    {
        run.Find(layOut: true);
        if (run.Missing.Count == 0 && !cache.Records.IsLatest(options.Profile, run.Node.Label, run.Key!.Value))
            Begin(run);
        return run.Missing.Count == 0;
    }

    /// <summary>Says what a stage needs, and only then relies on what is there: a garbage collection that is under way has taken it by then, or leaves it.</summary>
    private void Begin(StageRun run)
    {
        cache.Records.Begin(options.Profile, run.Node.Label, run.Jobs.Select(job => job.Key));
        run.FindAgain();
    }

    /// <summary>What others have made need not be made here: neither a device nor anything else that the work wants is asked for before that is known.</summary>
    private async Task<Action> AskAsync(StageRun run, CancellationToken cancellation)
    {
        try
        {
            await _remote.BringAsync(run, cancellation);
            return () => Try(run, () =>
            {
                if (IsWhole(run))
                    Record(run);
                else if (!cancellation.IsCancellationRequested && !_stops)
                    Prepare(run, cancellation);
            });
        }
        catch (Exception exception)
        {
            return () => _failures.Add(run.Node, exception);
        }
    }

    /// <summary>What has to be before the first job of a stage: what the host wants to say, and the lock between processes.</summary>
    private void Prepare(StageRun run, CancellationToken cancellation)
    {
        if (LacksInputs())
            return;
        _coming.Prepare(run);
        _beside.Add(PrepareAsync(run, cancellation));
    }

    private async Task<Action> PrepareAsync(StageRun run, CancellationToken cancellation)
    {
        try
        {
            await Task.Run(() => options.Before(run.Node, cancellation), cancellation);
            return () =>
            {
                // A lock that is free is taken at once; when another process lets go of it nobody knows, and no worker waits for that.
                var locked = LockAsync(run, cancellation);
                if (locked.IsCompleted)
                    locked.Result();
                else
                    _beside.Add(locked);
                _coming.Leave(run);
            };
        }
        catch (Exception exception)
        {
            return () =>
            {
                _stops = true;
                _failures.Add(run.Node, exception);
            };
        }
    }

    private async Task<Action> LockAsync(StageRun run, CancellationToken cancellation)
    {
        try
        {
            var held = await cache.LockAsync(run.Node.Label, run.Key!.Value, process => log.Waiting(run.Node.Label, process), cancellation);
            return () => Try(run, () => Enqueue(run, held), held);
        }
        catch (Exception exception)
        {
            return () => _failures.Add(run.Node, exception);
        }
    }

    // What goes wrong between jobs, such as a disk that is full, fails the stage, and the others end as they do when a job fails.
    private void Try(StageRun run, Action action, IDisposable? held = null)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            held?.Dispose();
            _failures.Add(run.Node, exception);
        }
    }

    private void Enqueue(StageRun run, StageLock held)
    {
        Begin(run);
        run.Explain(new ItemHistory(cache, options.Profile, run.Node.Label));
        if (run.Missing.Count == 0)
        {
            held.Dispose();
            Record(run);
            return;
        }

        log.Starting(run.Node.Label, run.Missing.Count, run.Jobs.Count - run.Missing.Count, ReasonSummary.Of([.. run.Jobs.Select(job => (job.Node.Label, job.Reason))]));
        cache.Marks.Begin();
        run.Left = run.Missing.Count;
        _locks.Add(run.Node.Label, held);
        foreach (var job in run.Missing)
            Jobs.Add(new QueuedJob(run, job.Prepared()));
    }

    private void End(QueuedJob job, Exception? failure)
    {
        var run = job.Run;
        run.Left--;
        if (failure is not null)
        {
            // What the stage had yet to begin is not begun.
            _failures.Add(run.Node, failure);
            run.Left -= Jobs.Drop(run);
        }
        else
        {
            log.Stored(run.Node.Label, ++run.Stored, run.Missing.Count);
        }

        if (run.Left > 0)
            return;
        if (_locks.Remove(run.Node.Label, out var held))
            held.Dispose();
        log.End(run.Node.Label);
        if (run.Jobs.All(other => other.Outputs is not null))
            Try(run, () => Record(run));
    }
}
