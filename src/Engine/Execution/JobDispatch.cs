using Slipway.Engine.Caching;

namespace Slipway.Engine.Execution;

/// <summary>
/// Jobs from the queue to their stored outputs: on the workers of this process, as many as may run at a time and memory has room for, and
/// at an executor. What has to be decided is decided in the loop that waits for <paramref name="beside"/>; only running and storing go on beside it.
/// </summary>
/// <param name="cache">Where outputs are stored, and laid out from.</param>
/// <param name="options">Say how many, and where.</param>
/// <param name="log">Hears the jobs.</param>
/// <param name="workers">Run them.</param>
/// <param name="remote">Gets what was made, where it is given to others.</param>
/// <param name="order">Which stage is urgent.</param>
/// <param name="coming">Stages that a worker had better wait for.</param>
/// <param name="beside">Takes what is under way.</param>
/// <param name="ended">Called in the loop with each job that has ended, and with what went wrong.</param>
internal sealed class JobDispatch(
    Cache cache, RunOptions options, IRunLog log, WorkerPool workers, RemoteResults remote, StageOrder order, ComingStages coming, WorkBeside beside, Action<QueuedJob, Exception?> ended)
{
    private const int Attempts = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly JobExecution _execution = new(cache, options.Facts, options.Salt, log);
    private readonly HandedJobs? _handed = options.Executor is { } executor ? new(cache, executor, options.Salt) : null;
    private readonly JobOutputs _outputs = new(cache);
    private readonly JobQueue _queue = new();
    private readonly Dictionary<ContentHash, List<QueuedJob>> _underWay = [];
    private readonly HashSet<QueuedJob> _here = [];
    private int _elsewhere;
    private long? _free;
    private bool _asked;

    /// <summary>Takes a job. The same work may be under way already; its result is this one's too.</summary>
    public void Add(QueuedJob job)
    {
        if (_underWay.TryGetValue(job.Job.Key, out var same))
            same.Add(job);
        else
            _queue.Add(job, order.RankOf(job.Stage), options.Executor?.Takes(job.Job.Node) == true);
    }

    /// <summary>Takes out what has not begun of a stage.</summary>
    /// <returns>How many jobs those were.</returns>
    public int Drop(StageRun run) => _queue.Drop(run);

    /// <summary>Begins what can begin.</summary>
    public void Start(CancellationToken cancellation)
    {
        // A worker is free when it is known how its job has ended: what a failure ends does not begin in between.
        while (_here.Count < options.Jobs && _queue.Next(Fits, coming.Rank) is { } next)
        {
            Take(next);
            _here.Add(next);
            beside.Add(RunAsync(next, cancellation));
        }

        while (_elsewhere < options.Executor?.Jobs && _queue.NextElsewhere() is { } next)
        {
            Take(next);
            _elsewhere++;
            beside.Add(RunElsewhereAsync(next, cancellation));
        }
    }

    private void Take(QueuedJob next) => _underWay[next.Job.Key] = _queue.Take(next);

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
            remote.Give(queued.Job.Key, cancellation);
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
                coming.Store(queued.Run);
                beside.Add(StoreAsync(queued, ran, cancellation));
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
            remote.Give(queued.Job.Key, cancellation);
            return () => EndStored(queued, outputs, null);
        }
        catch (Exception exception)
        {
            return () => EndStored(queued, null, exception);
        }
    }

    private void EndStored(QueuedJob queued, IReadOnlyList<ActionOutput>? outputs, Exception? failure)
    {
        coming.Stored(queued.Run);
        End(queued, outputs, failure);
    }

    private void End(QueuedJob first, IReadOnlyList<ActionOutput>? outputs, Exception? failure)
    {
        _underWay.Remove(first.Job.Key, out var same);
        foreach (var job in same!)
        {
            var problem = failure ?? LayOut(job, outputs!);
            job.Job.Outputs = problem is null ? outputs : null;
            ended(job, problem);
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
}
