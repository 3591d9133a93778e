using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Slurm;

/// <summary>
/// The tasks in Slurm's queue whose jobs this run waits for. What the store has is done; what the queue says decides only what is told,
/// and when there is nothing left to wait for.
/// </summary>
/// <param name="options">How often to look, and how long to wait for a file that is late.</param>
/// <param name="workspace">Full path of the folder that paths in messages are relative to.</param>
/// <param name="slurm">Tells of the queue.</param>
/// <param name="log">Hears how far the work is.</param>
/// <param name="clock">What time it is.</param>
/// <param name="again">Takes a job back whose task came to nothing through no fault of its own.</param>
internal sealed class QueueWatch(SlurmOptions options, string workspace, ISlurm slurm, IProgressSink log, TimeProvider clock, Action<WaitingJob> again)
{
    private const int MostAgain = 3;
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(30);
    private readonly Dictionary<TaskId, WatchedTask> _tasks = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private DateTime _looked;

    /// <summary>The tasks that are waited for.</summary>
    public IReadOnlyCollection<TaskId> Tasks => _tasks.Keys;

    /// <summary>Whether a task is waited for.</summary>
    public bool Has(TaskId id) => _tasks.ContainsKey(id);

    /// <summary>Waits for a task from now on.</summary>
    public void Add(TaskId id, Submission submission, IEnumerable<WaitingJob> jobs)
    {
        var task = new WatchedTask(id, submission) { Asked = Now };
        foreach (var waiting in jobs)
            task.Jobs[waiting.Job.Key] = waiting;
        _tasks[id] = task;
    }

    /// <summary>Waits for no task any more.</summary>
    /// <returns>The jobs that are not done.</returns>
    public IReadOnlyList<WaitingJob> Clear()
    {
        WaitingJob[] left = [.. _tasks.Values.SelectMany(task => task.Jobs.Values)];
        _tasks.Clear();
        return left;
    }

    /// <summary>Looks at the tasks where it is time to.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        if (_tasks.Count == 0 || Now - _looked < TimeSpan.FromSeconds(options.Poll))
            return;
        _looked = Now;
        IReadOnlyList<QueueTask>? queue = null;
        try
        {
            queue = await slurm.QueueAsync(cancellation);
        }
        catch (SlurmException exception)
        {
            TellOnce($"Slurm: {exception.Message}. What runs goes on; asking again every {options.Poll} s.");
        }
        catch (OperationCanceledException)
        {
            return;
        }

        var states = queue?.Where(task => _tasks.ContainsKey(task.Id)).ToDictionary(task => task.Id);
        foreach (var task in _tasks.Values.ToList())
        {
            Hear(task);
            if (states is not null)
                await SeeAsync(task, states.GetValueOrDefault(task.Id));
            if (task.Jobs.Count == 0)
                _tasks.Remove(task.Id);
        }
    }

    /// <summary>Says something that holds for a while, and that is not to be said every few seconds.</summary>
    public void TellOnce(string line)
    {
        if (_told.Add(line))
            log.Line(line);
    }

    /// <summary>What a task's own process tells.</summary>
    private void Hear(WatchedTask task)
    {
        if (task.Read(log) is not { } report)
            return;
        Settle(task, [.. report.Done.Select(Parse).OfType<ContentHash>()]);
        foreach (var (text, message) in report.Failed)
        {
            if (Parse(text) is { } key && task.Jobs.TryGetValue(key, out var waiting) && !waiting.Job.IsStored() && task.Jobs.Remove(key))
                waiting.Fail(new SlurmException($"{message} (Slurm's job {task.Id}, log {Relative(task.Log)})"));
        }
    }

    /// <summary>What the queue says of a task.</summary>
    private async Task SeeAsync(WatchedTask task, QueueTask? now)
    {
        if (now is { IsAlive: true })
        {
            Tell(task, now);
            task.See(now);
            // A task may do its work and stay in the queue.
            if (Now - task.Asked >= AskEvery)
                Settle(task, [.. task.Jobs.Keys]);
            return;
        }

        Settle(task, [.. task.Jobs.Keys]);
        task.Ended ??= Now;
        if (task.Jobs.Count == 0 || Now - task.Ended < TimeSpan.FromSeconds(options.Settle))
            return;
        End(task, TaskEnd.Of(now?.State, await slurm.DetailsAsync(task.Id, CancellationToken.None)));
    }

    private void End(WatchedTask task, TaskEnd end)
    {
        var more = end.IsNobodysFault ? task.Jobs.Values.Where(waiting => waiting.Again < MostAgain).ToList() : [];
        if (more.Count > 0)
            log.Line($"{WaitingJob.Names(more)}: Slurm's job {task.Id} {end.What}; it is given to Slurm again.");
        foreach (var waiting in more)
        {
            waiting.Again++;
            task.Jobs.Remove(waiting.Job.Key);
            again(waiting);
        }

        foreach (var waiting in task.Jobs.Values)
            waiting.Fail(new SlurmException($"{WaitingJob.Names(task.Jobs.Values)}: Slurm's job {task.Id} {end.What}{Last(task.Log)}{end.Advice} Log: {Relative(task.Log)}"));
        task.Jobs.Clear();
    }

    private void Tell(WatchedTask task, QueueTask now)
    {
        var names = WaitingJob.Names(task.Jobs.Values);
        if (now.Restarts > (task.Last?.Restarts ?? now.Restarts))
            log.Line($"{names}: Slurm's job {task.Id} went back into the queue{(task.RanOn.Length > 0 ? $" from {task.RanOn}" : "")}, and goes on where it was.");
        if (now.Waits && now.Reason is not ("None" or "" or "Priority" or "BeginTime"))
            TellOnce($"{task.Jobs.Values.First().Job.Node.Stage}: waits in Slurm's queue ({now.Reason}).");
        if (now.State == "RUNNING" && task.Last?.State != "RUNNING" && task.Jobs.Count == 1)
            log.Line($"{names}: runs on {now.Nodes} as {task.Id}.");
    }

    /// <summary>What the store has is done.</summary>
    private void Settle(WatchedTask task, IReadOnlyList<ContentHash> keys)
    {
        task.Asked = Now;
        foreach (var key in keys)
        {
            if (task.Jobs.TryGetValue(key, out var waiting) && waiting.Job.IsStored() && task.Jobs.Remove(key))
                waiting.Done();
        }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private string Relative(string path) => Path.GetRelativePath(workspace, path);

    private static string Last(string log)
    {
        try
        {
            return File.Exists(log) && File.ReadLines(log).LastOrDefault(line => !string.IsNullOrWhiteSpace(line)) is { } last ? $", and said last: {last.Trim()}" : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static ContentHash? Parse(string text) => ContentHash.TryParse(text, out var key) ? key : null;
}
