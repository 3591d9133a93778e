using Slipway.Engine.Caching;

namespace Slipway.Engine.Execution;

/// <summary>The jobs that wait, by stage: those for workers of this process, and those for an executor.</summary>
internal sealed class JobQueue
{
    private readonly Dictionary<StageRun, Line> _lines = [];
    private readonly Dictionary<ContentHash, List<QueuedJob>> _byKey = [];
    private readonly PriorityQueue<QueuedJob, (double Rank, int Arrival)> _elsewhere = new();
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);
    private int _arrivals;

    /// <summary>Takes a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="rank">What the longest way to the end comes to, from its stage on.</param>
    /// <param name="elsewhere">Whether an executor does it.</param>
    public void Add(QueuedJob job, double rank, bool elsewhere)
    {
        if (!_byKey.TryGetValue(job.Job.Key, out var same))
            _byKey.Add(job.Job.Key, same = []);
        same.Add(job);
        if (elsewhere)
        {
            _elsewhere.Enqueue(job, (-rank, _arrivals++));
            return;
        }

        if (!_lines.TryGetValue(job.Run, out var line))
            _lines.Add(job.Run, line = new Line(rank, _arrivals++, new Queue<QueuedJob>()));
        line.Jobs.Enqueue(job);
    }

    /// <summary>
    /// Of a stage of which the fewest jobs run, so that what takes long and what others wait for go side by side; of those the one
    /// with the longest way to the end. Null where memory has no room for any, or where a more urgent one is about to come.
    /// </summary>
    /// <param name="fits">Whether memory has room for a job.</param>
    /// <param name="coming">What the longest way to the end comes to from a stage on whose jobs are about to be queued; null: none are.</param>
    public QueuedJob? Next(Predicate<QueuedJob> fits, double? coming)
    {
        QueuedJob? best = null;
        var order = (Running: 0, Rank: 0.0, Arrival: 0);
        foreach (var (run, line) in _lines.ToList())
        {
            while (line.Jobs.TryPeek(out var first) && !Waits(first))
                line.Jobs.Dequeue();
            if (!line.Jobs.TryPeek(out var job))
            {
                _lines.Remove(run);
                continue;
            }

            var own = (_running.GetValueOrDefault(job.Stage.Label), -line.Rank, line.Arrival);
            if ((best is null || own.CompareTo(order) < 0) && fits(job))
                (best, order) = (job, own);
        }

        if (coming > -order.Rank)
            return null;
        if (best is not null)
            _running[best.Stage.Label] = _running.GetValueOrDefault(best.Stage.Label) + 1;
        return best;
    }

    /// <summary>The next job for the executor; null: none waits.</summary>
    public QueuedJob? NextElsewhere()
    {
        while (_elsewhere.TryDequeue(out var job, out _))
        {
            if (Waits(job))
                return job;
        }

        return null;
    }

    /// <summary>Takes a job out, and all others with its key.</summary>
    public List<QueuedJob> Take(QueuedJob job)
    {
        _byKey.Remove(job.Job.Key, out var same);
        return [job, .. same!.Where(other => other != job)];
    }

    /// <summary>A worker is free of a job.</summary>
    public void Leave(QueuedJob job) => _running[job.Stage.Label]--;

    /// <summary>Takes all jobs of a stage out.</summary>
    /// <returns>How many there were.</returns>
    public int Drop(StageRun run) => _byKey.Values.Sum(same => same.RemoveAll(job => job.Run == run));

    // What was taken out is passed over where it stands.
    private bool Waits(QueuedJob job) => _byKey.TryGetValue(job.Job.Key, out var same) && same.Contains(job);

    private sealed record Line(double Rank, int Arrival, Queue<QueuedJob> Jobs);
}
