namespace Slipway.Slurm.Tests;

/// <summary>A queue in which nothing runs until a test says what became of a task.</summary>
internal sealed class FakeSlurm : ISlurm
{
    private readonly Dictionary<TaskId, QueueTask> _tasks = [];
    private long _last;
    private int _looks;

    /// <summary>Scripts of what was queued, by number.</summary>
    public Dictionary<long, string> Scripts { get; } = [];

    public List<TaskId> Cancelled { get; } = [];

    /// <summary>What <c>sbatch</c> answers next instead of taking a job.</summary>
    public Queue<Exception> Refusals { get; } = new();

    /// <summary>What <c>scontrol show job</c> says.</summary>
    public string Details { get; set; } = "";

    /// <summary>How often somebody has looked at the queue.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>Called with each array that is queued.</summary>
    public Action<long> Queued { get; set; } = _ => { };

    public Task<long> SubmitAsync(string script, CancellationToken cancellation)
    {
        if (Refusals.TryDequeue(out var refusal))
            throw refusal;
        var id = ++_last;
        Scripts[id] = script;
        var text = File.ReadAllText(script);
        var comment = text.Split('\n').Single(line => line.StartsWith("#SBATCH --comment=", StringComparison.Ordinal)).Split('=')[1];
        var tasks = int.Parse(text.Split('\n').Single(line => line.StartsWith("#SBATCH --array=0-", StringComparison.Ordinal)).Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture);
        lock (_tasks)
        {
            for (var i = 0; i <= tasks; i++)
                _tasks[new TaskId(id, i)] = new QueueTask(new TaskId(id, i), "PENDING", 0, "", "None", comment);
        }

        Queued(id);
        return Task.FromResult(id);
    }

    public void Set(TaskId task, Func<QueueTask, QueueTask> change)
    {
        lock (_tasks)
            _tasks[task] = change(_tasks[task]);
    }

    /// <summary>All tasks of an array have ended well.</summary>
    public void End(long id)
    {
        lock (_tasks)
        {
            foreach (var task in _tasks.Keys.Where(task => task.Job == id).ToList())
                _tasks[task] = _tasks[task] with { State = "COMPLETED" };
        }
    }

    public Task<IReadOnlyList<QueueTask>> QueueAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _looks);
        lock (_tasks)
            return Task.FromResult<IReadOnlyList<QueueTask>>([.. _tasks.Values]);
    }

    public Task<string> DetailsAsync(TaskId task, CancellationToken cancellation) => Task.FromResult(Details);

    public Task CancelAsync(IReadOnlyCollection<TaskId> tasks)
    {
        Cancelled.AddRange(tasks);
        return Task.CompletedTask;
    }
}
