using System.Runtime.ExceptionServices;
using Slipway.Engine.Caching;
using Slipway.Engine.Files;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>
/// One pass over some stages. All decisions are taken by one loop, which waits for whatever ends next; only the jobs themselves, their
/// storing and the wait for other processes go on beside it.
/// </summary>
internal sealed class GraphPass(
    JobGraph graph, Cache cache, RunOptions options, IRunLog log, WorkerPool workers, JobKeys keys, IReadOnlyDictionary<string, StageOutcome> done, Func<StageRun, Exception?> refusal, Action<StageRun, StageOutcome> record)
{
    private const int GeneralFault = unchecked((int)0x80131620); // COR_E_IO: an IOException that no error of the system stands behind
    private readonly JobExecution _execution = new(cache, options.Facts, options.Salt, log);
    private readonly JobOutputs _outputs = new(cache);
    private readonly List<Task<Action>> _waitedFor = [];
    private readonly List<QueuedJob> _queue = [];
    private readonly Dictionary<string, FileLock> _locks = new(StringComparer.Ordinal);
    private readonly HashSet<string> _opened = new(StringComparer.Ordinal);
    private readonly List<(StageNode Stage, Exception Failure)> _failures = [];
    private readonly Dictionary<ContentHash, List<QueuedJob>> _underWay = [];
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _ranks = new(StringComparer.Ordinal);
    private long? _free;
    private bool _asked;
    private bool _stops;

    public async Task RunAsync(IReadOnlyList<StageNode> stages, CancellationToken cancellation)
    {
        Rank(stages);
        try
        {
            await GoAsync(stages, cancellation);
        }
        finally
        {
            foreach (var held in _locks.Values)
                held.Dispose();
        }

        cancellation.ThrowIfCancellationRequested();
        Throw(stages);
    }

    private async Task GoAsync(IReadOnlyList<StageNode> stages, CancellationToken cancellation)
    {
        while (true)
        {
            if (!cancellation.IsCancellationRequested && !_stops)
            {
                OpenReady(stages, cancellation);
                StartJobs(cancellation);
            }

            if (_waitedFor.Count == 0)
                break;
            var ended = await Task.WhenAny(_waitedFor);
            _waitedFor.Remove(ended);
            (await ended)();
        }
    }

    /// <summary>What the work after a stage comes to: the longest way to the end goes first.</summary>
    private void Rank(IReadOnlyList<StageNode> stages)
    {
        foreach (var stage in stages.Reverse())
        {
            var after = stages.Where(later => graph.Needs(later).Contains(stage)).Select(later => _ranks[later.Label]).DefaultIfEmpty(0).Max();
            _ranks[stage.Label] = stage.Weight + after;
        }
    }

    private void OpenReady(IReadOnlyList<StageNode> stages, CancellationToken cancellation)
    {
        // What needs a stage that failed is never ready.
        foreach (var stage in stages.Where(stage => !done.ContainsKey(stage.Label) && !_opened.Contains(stage.Label)))
        {
            if (graph.Needs(stage).All(need => done.ContainsKey(need.Label)))
                Open(stage, cancellation);
        }
    }

    private void Open(StageNode stage, CancellationToken cancellation)
    {
        _opened.Add(stage.Label);
        try
        {
            var run = new StageRun(stage, keys.Of(stage), cache, _outputs);
            if (refusal(run) is { } refused)
            {
                _stops = true;
                Fail(stage, refused);
                return;
            }

            cache.Marks.Add(run.Jobs.Select(job => job.Key));
            run.Find(layOut: true);
            if (run.Missing.Count == 0)
                record(run, run.Outcome());
            else
                _waitedFor.Add(PrepareAsync(run, cancellation));
        }
        catch (Exception exception)
        {
            Fail(stage, exception);
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
                Fail(stage, exception);
            };
        }

        try
        {
            var held = await cache.LockAsync(stage.Label, process => log.Waiting(stage.Label, process), cancellation);
            return () => Try(run, () => Enqueue(run, held), held);
        }
        catch (Exception exception)
        {
            return () => Fail(stage, exception);
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
            Fail(run.Node, exception);
        }
    }

    private void Enqueue(StageRun run, FileLock held)
    {
        // Another process may have done the work while this one waited.
        run.Find(layOut: true);
        run.Explain(new ItemHistory(cache, options.Profile, run.Node.Label));
        if (run.Missing.Count == 0)
        {
            held.Dispose();
            record(run, run.Outcome());
            return;
        }

        log.Starting(run.Node.Label, run.Missing.Count, run.Jobs.Count - run.Missing.Count, ReasonSummary.Of([.. run.Jobs.Select(job => (job.Node.Label, job.Reason))]));
        cache.Marks.Begin();
        cache.Records.Begin(options.Profile, run.Node.Label, run.Jobs.Select(job => job.Key));
        run.Left = run.Missing.Count;
        _locks.Add(run.Node.Label, held);
        foreach (var job in run.Missing.Select(job => new QueuedJob(run, job.Prepared())))
        {
            // The same work may be under way already; its result is this one's too.
            if (_underWay.TryGetValue(job.Job.Key, out var same))
                same.Add(job);
            else
                _queue.Add(job);
        }
    }

    private void StartJobs(CancellationToken cancellation)
    {
        // A worker is free when it is known how its job has ended: what a failure ends does not begin in between.
        while (_running.Values.Sum() < options.Jobs && Next() is { } next)
        {
            _underWay[next.Job.Key] = [next, .. _queue.Where(other => other != next && other.Job.Key == next.Job.Key)];
            _queue.RemoveAll(other => other.Job.Key == next.Job.Key);
            _running[next.Stage.Label] = _running.GetValueOrDefault(next.Stage.Label) + 1;
            _waitedFor.Add(RunAsync(next, cancellation));
        }
    }

    /// <summary>
    /// Of a stage of which the fewest jobs run, so that what takes long and what others wait for go side by side; of those the one
    /// with the longest way to the end. Null where memory has no room for any.
    /// </summary>
    private QueuedJob? Next() => _queue
        .OrderBy(job => _running.GetValueOrDefault(job.Stage.Label))
        .ThenByDescending(job => _ranks[job.Stage.Label])
        .FirstOrDefault(Fits);

    private bool Fits(QueuedJob job)
    {
        if (_underWay.Count == 0 || job.Stage.Memory?.Invoke() is not { } needed)
            return true;
        if (!_asked)
            (_free, _asked) = (options.FreeMemory(), true);
        var taken = _underWay.Values.Sum(jobs => jobs[0].Stage.Memory?.Invoke() ?? 0);
        return _free is null || taken + needed <= _free;
    }

    private async Task<Action> RunAsync(QueuedJob queued, CancellationToken cancellation)
    {
        try
        {
            var ran = await workers.RunAsync(live => _execution.Run(queued.Job, live, cancellation));
            return () =>
            {
                // The worker goes on while the disk flushes.
                _running[queued.Stage.Label]--;
                _waitedFor.Add(StoreAsync(queued, ran));
            };
        }
        catch (Exception exception)
        {
            return () =>
            {
                _running[queued.Stage.Label]--;
                End(queued, null, exception);
            };
        }
    }

    private async Task<Action> StoreAsync(QueuedJob queued, JobExecution.Done ran)
    {
        try
        {
            var outputs = await Task.Run(ran.Store);
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
            return _outputs.TryLayOut(job.Job.Node, outputs)
                ? null
                : new IOException($"What {job.Stage.Label} stored of {job.Job.Node.Label} cannot be read back; check the disk.");
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
            Fail(run.Node, failure);
            run.Left -= _queue.RemoveAll(queued => queued.Run == run);
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
            Try(run, () => record(run, run.Outcome()));
    }

    private void Fail(StageNode stage, Exception failure)
    {
        if (_failures.TrueForAll(known => !IsSame(known.Failure, failure)))
            _failures.Add((stage, failure));
    }

    // A disk that takes no more is one fault, whichever of the files meets it.
    private static bool IsSame(Exception a, Exception b) => a.Message == b.Message
        || (a.GetType() == b.GetType() && a.HResult == b.HResult && (a.GetType() == typeof(IOException) || a is UnauthorizedAccessException) && a.HResult != GeneralFault);

    private void Throw(IReadOnlyList<StageNode> stages)
    {
        var order = stages.ToList();
        var failures = _failures.OrderBy(failure => order.IndexOf(failure.Stage)).Select(failure => failure.Failure).ToList();
        if (failures is [var single])
            ExceptionDispatchInfo.Throw(single);
        if (failures.Count > 1)
            throw new RunFailedException(failures);
    }

    /// <summary>A job that waits for a worker.</summary>
    private sealed record QueuedJob(StageRun Run, KeyedJob Job)
    {
        public StageNode Stage => Run.Node;
    }
}
