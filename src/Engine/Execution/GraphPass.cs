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
    private const int Attempts = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly JobExecution _execution = new(cache, options.Facts, options.Salt, log);
    private readonly HandedJobs? _handed = options.Executor is { } executor ? new(cache, executor, options.Salt) : null;
    private readonly JobOutputs _outputs = new(cache);
    private readonly RemoteResults _remote = new(cache, new JobOutputs(cache), log);
    private readonly WorkBeside _beside = new();
    private readonly JobQueue _queue = new();
    private readonly Dictionary<string, StageLock> _locks = new(StringComparer.Ordinal);
    private readonly Failures _failures = new();
    private readonly Dictionary<ContentHash, List<QueuedJob>> _underWay = [];
    private readonly HashSet<QueuedJob> _here = [];
    private int _elsewhere;
    private long? _free;
    private bool _asked;
    private bool _stops;
    private CancellationToken _cancellation;

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
                StartJobs(cancellation);
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
            else
                _beside.Add(_remote.Any ? AskAsync(run, cancellation) : PrepareAsync(run, cancellation));
        }
        catch (Exception exception)
        {
            _failures.Add(stage, exception);
        }
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
                    _beside.Add(PrepareAsync(run, cancellation));
            });
        }
        catch (Exception exception)
        {
            return () => _failures.Add(run.Node, exception);
        }
    }

    /// <summary>What has to be before the first job of a stage: what the host wants to say, and the lock between processes.</summary>
    private async Task<Action> PrepareAsync(StageRun run, CancellationToken cancellation)
    {
        var stage = run.Node;
        try
        {
            await Task.Run(() => options.Before(stage, cancellation), cancellation);
        }
        catch (Exception exception)
        {
            return () =>
            {
                _stops = true;
                _failures.Add(stage, exception);
            };
        }

        try
        {
            var held = await cache.LockAsync(stage.Label, run.Key!.Value, process => log.Waiting(stage.Label, process), cancellation);
            return () => Try(run, () => Enqueue(run, held), held);
        }
        catch (Exception exception)
        {
            return () => _failures.Add(stage, exception);
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
            _locks.Remove(run.Node.Label);
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
        foreach (var job in run.Missing.Select(job => new QueuedJob(run, job.Prepared())))
        {
            // The same work may be under way already; its result is this one's too.
            if (_underWay.TryGetValue(job.Job.Key, out var same))
                same.Add(job);
            else
                _queue.Add(job, order.RankOf(job.Stage), options.Executor?.Takes(job.Job.Node) == true);
        }
    }

    private void StartJobs(CancellationToken cancellation)
    {
        // A worker is free when it is known how its job has ended: what a failure ends does not begin in between.
        while (_here.Count < options.Jobs && _queue.Next(Fits) is { } next)
        {
            Start(next);
            _here.Add(next);
            _beside.Add(RunAsync(next, cancellation));
        }

        while (_elsewhere < options.Executor?.Jobs && _queue.NextElsewhere() is { } next)
        {
            Start(next);
            _elsewhere++;
            _beside.Add(RunElsewhereAsync(next, cancellation));
        }
    }

    private void Start(QueuedJob next) => _underWay[next.Job.Key] = _queue.Take(next);

    private bool Fits(QueuedJob job)
    {
        if (_here.Count == 0 || job.Stage.Memory?.Invoke() is not { } needed)
            return true;
        if (!_asked)
            (_free, _asked) = (options.FreeMemory(), true);
        var taken = _here.Sum(other => other.Stage.Memory?.Invoke() ?? 0);
        return _free is null || taken + needed <= _free;
    }

    private async Task<Action> RunElsewhereAsync(QueuedJob queued, CancellationToken cancellation)
    {
        try
        {
            var outputs = await _handed!.RunAsync(queued.Job, queued.Stage.Memory?.Invoke(), cancellation);
            _remote.Give(queued.Job.Key, cancellation);
            return () =>
            {
                _elsewhere--;
                End(queued, outputs, null);
            };
        }
        catch (Exception exception)
        {
            return () =>
            {
                _elsewhere--;
                End(queued, null, exception);
            };
        }
    }

    private async Task<Action> RunAsync(QueuedJob queued, CancellationToken cancellation)
    {
        try
        {
            var ran = await workers.RunAsync(live => _execution.Run(queued.Job, live, cancellation));
            return () =>
            {
                // The worker goes on while the disk flushes.
                Leave(queued);
                _beside.Add(StoreAsync(queued, ran, cancellation));
            };
        }
        catch (Exception exception)
        {
            return () =>
            {
                Leave(queued);
                End(queued, null, exception);
            };
        }
    }

    private void Leave(QueuedJob queued)
    {
        _here.Remove(queued);
        _queue.Leave(queued);
    }

    private async Task<Action> StoreAsync(QueuedJob queued, JobExecution.Done ran, CancellationToken cancellation)
    {
        try
        {
            var outputs = await Task.Run(ran.Store);
            _remote.Give(queued.Job.Key, cancellation);
            return () => End(queued, outputs, null);
        }
        catch (Exception exception)
        {
            return () => End(queued, null, exception);
        }
    }

    private void End(QueuedJob first, IReadOnlyList<ActionOutput>? outputs, Exception? failure)
    {
        _underWay.Remove(first.Job.Key, out var same);
        foreach (var job in same!)
        {
            var problem = failure ?? LayOut(job, outputs!);
            job.Job.Outputs = problem is null ? outputs : null;
            EndOne(job, problem);
        }
    }

    private Exception? LayOut(QueuedJob job, IReadOnlyList<ActionOutput> outputs)
    {
        try
        {
            // Where another machine stores the same at this moment, a network file system may take the name away for a while.
            for (var attempt = 1; attempt <= Attempts; attempt++)
            {
                if (_outputs.TryLayOut(job.Job.Node, outputs))
                    return null;
                Thread.Sleep(Pause * attempt);
            }

            return new IOException($"What {job.Stage.Label} stored of {job.Job.Node.Label} cannot be read back; check the disk.");
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private void EndOne(QueuedJob job, Exception? failure)
    {
        var run = job.Run;
        run.Left--;
        if (failure is not null)
        {
            // What the stage had yet to begin is not begun.
            _failures.Add(run.Node, failure);
            run.Left -= _queue.Drop(run);
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
