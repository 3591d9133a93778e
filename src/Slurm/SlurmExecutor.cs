using System.Threading.Channels;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Slurm;

/// <summary>
/// Has jobs done by Slurm: what is ready goes into the queue as an array, each training and each shard of pictures a task, and the store says
/// when a job is done. What the queue says decides only what is told, and when there is nothing left to wait for. A run that was
/// killed leaves its tasks; the next one finds them by their comment, and waits for them instead of doing their jobs again.
/// </summary>
public sealed class SlurmExecutor : IExecutor
{
    private const int MostAgain = 3;
    private const int TasksPerArray = 1000; // MaxArraySize is 1001, where nobody has said anything else
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(30);
    private readonly SlurmOptions _options;
    private readonly SlurmSetting _setting;
    private readonly ISlurm _slurm;
    private readonly Submissions _submissions;
    private readonly IProgressSink _log;
    private readonly Channel<WaitingJob> _arriving = Channel.CreateUnbounded<WaitingJob>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<ContentHash, WaitingJob> _pending = [];
    private readonly Dictionary<TaskId, WatchedTask> _watched = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private CancellationToken _cancellation;
    private Task? _loop;
    private DateTime _looked;
    private DateTime _full;

    /// <param name="options">How jobs go to Slurm.</param>
    /// <param name="setting">What the plan does not say.</param>
    /// <param name="log">Hears how far the work is.</param>
    public SlurmExecutor(SlurmOptions options, SlurmSetting setting, IProgressSink log)
        : this(options, setting, log, new SlurmCommands())
    {
    }

    internal SlurmExecutor(SlurmOptions options, SlurmSetting setting, IProgressSink log, ISlurm slurm)
    {
        ArgumentNullException.ThrowIfNull(setting);
        (_options, _setting, _log, _slurm) = (options, setting, log, slurm);
        _submissions = new Submissions(setting.CacheFolder);
    }

    /// <inheritdoc/>
    public int Jobs => _options.Most;

    /// <inheritdoc/>
    public bool Takes(JobNode job) => !_options.Here.Contains(SlurmOptions.NameOf(job.Job.Kind.Name), StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public EnvironmentFacts FactsOf(JobNode job) => _setting.FactsOf(job);

    /// <inheritdoc/>
    public Task RunAsync(HandedJob job, CancellationToken cancellation)
    {
        var waiting = new WaitingJob(job);
        lock (_gate)
        {
            _arriving.Writer.TryWrite(waiting);
            if (_loop is not { IsCompleted: false })
            {
                _cancellation = cancellation;
                _loop = Task.Run(GoAsync, CancellationToken.None);
            }
        }

        return waiting.End;
    }

    private async Task GoAsync()
    {
        try
        {
            while (await StepAsync())
            {
            }
        }
        catch (Exception exception)
        {
            Take();
            End(waiting => waiting.Fail(exception));
        }
    }

    /// <summary>One round; false when nothing is left to wait for.</summary>
    private async Task<bool> StepAsync()
    {
        var arrived = Take();
        if (_cancellation.IsCancellationRequested)
        {
            await StopAsync();
            return false;
        }

        // What becomes ready at once goes into one array.
        if (_pending.Count > 0 && !arrived && DateTime.UtcNow >= _full)
            await SubmitAsync();
        if (_watched.Count > 0 && DateTime.UtcNow - _looked >= TimeSpan.FromSeconds(_options.Poll))
            await LookAsync();
        lock (_gate)
        {
            if (_pending.Count == 0 && _watched.Count == 0 && _arriving.Reader.Count == 0)
            {
                _loop = null;
                return false;
            }
        }

        await PauseAsync();
        return true;
    }

    private bool Take()
    {
        var arrived = false;
        while (_arriving.Reader.TryRead(out var waiting))
        {
            _pending[waiting.Job.Key] = waiting;
            arrived = true;
        }

        return arrived;
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(Quiet, _cancellation);
        }
        catch (OperationCanceledException)
        {
            // The next round says what becomes of the tasks.
        }
    }

    private async Task SubmitAsync()
    {
        try
        {
            Adopt(await _slurm.QueueAsync(_cancellation));
            var groups = _pending.Values.GroupBy(waiting => (waiting.Job.Node.Job.Kind.Name, Lines: string.Join('\n', LinesOf(waiting.Job)))).ToList();
            foreach (var group in groups)
            {
                var shards = Shard.Split(group.Select(waiting => waiting.Job), _options.Of(group.Key.Name).JobsPerTask);
                foreach (var some in shards.Chunk(TasksPerArray))
                    await SubmitAsync(group.Key.Name, some, LinesOf(some[0].Jobs[0]));
            }
        }
        catch (SlurmException exception) when (exception.IsPassing)
        {
            TellOnce($"Slurm: {exception.Message}. Trying again every {_options.Poll * 2} s.");
            _full = DateTime.UtcNow + TimeSpan.FromSeconds(_options.Poll * 2);
        }
        catch (OperationCanceledException)
        {
            // The next round says what becomes of the tasks.
        }
        catch (Exception exception) when (exception is SlurmException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            foreach (var waiting in _pending.Values)
                waiting.Fail(exception);
            _pending.Clear();
        }
    }

    /// <summary>Finds tasks in the queue that do jobs which are waited for: an earlier run's.</summary>
    private void Adopt(IReadOnlyList<QueueTask> queue)
    {
        var alive = queue.Where(task => task.IsAlive).Select(task => (Task: task, Submission: _submissions.Of(task))).Where(found => found.Submission is not null).ToList();
        _submissions.RemoveOld(alive.Select(found => found.Submission!.Name).ToHashSet(StringComparer.Ordinal));
        foreach (var (task, submission) in alive.Where(found => !_watched.ContainsKey(found.Task.Id)))
        {
            var wanted = submission!.Keys(task.Id.Index).Where(_pending.ContainsKey).ToList();
            if (wanted.Count == 0)
                continue;
            Watch(task.Id, submission, wanted.Select(key => _pending[key]));
            _log.Line($"{Names(wanted.Select(key => _pending[key].Job))}: found in Slurm's queue as {task.Id} ({task.State.ToLowerInvariant()}), from an earlier run.");
            wanted.ForEach(key => _pending.Remove(key));
        }
    }

    private async Task SubmitAsync(string kind, IReadOnlyList<Shard> shards, IReadOnlyList<string> lines)
    {
        var submission = _submissions.New();
        var script = JobScript.Of($"slipway-{SlurmOptions.NameOf(kind)}", _submissions.CommentOf(submission), submission.Folder, _setting.Workspace, shards.Count, lines, _options.Grace, _setting.Command);
        submission.Write([.. shards.Select(shard => shard.Jobs.Select(job => job.Key).ToArray())], script);
        // A run that is stopped here finds the tasks by their comment: whether it has heard their number does not matter.
        var id = await _slurm.SubmitAsync(submission.Script, CancellationToken.None);
        for (var i = 0; i < shards.Count; i++)
        {
            Watch(new TaskId(id, i), submission, shards[i].Jobs.Select(job => _pending[job.Key]));
            foreach (var job in shards[i].Jobs)
                _pending.Remove(job.Key);
        }

        foreach (var stage in shards.GroupBy(shard => shard.Stage, StringComparer.Ordinal))
        {
            var (tasks, jobs) = (stage.Count(), stage.Sum(shard => shard.Jobs.Count));
            _log.Line(jobs == 1 ? $"{stage.Key}: in Slurm's queue as {id}." : $"{stage.Key}: {jobs} jobs in Slurm's queue as {id}, in {tasks} {(tasks == 1 ? "task" : "tasks")}.");
        }
    }

    private void Watch(TaskId id, Submission submission, IEnumerable<WaitingJob> jobs)
    {
        var task = new WatchedTask(id, submission);
        foreach (var waiting in jobs)
            task.Jobs[waiting.Job.Key] = waiting;
        _watched[id] = task;
    }

    private IReadOnlyList<string> LinesOf(HandedJob job) => _setting.Complete(_options.Of(job.Node.Job.Kind.Name), job).Lines;

    private async Task LookAsync()
    {
        _looked = DateTime.UtcNow;
        IReadOnlyList<QueueTask>? queue = null;
        try
        {
            queue = await _slurm.QueueAsync(_cancellation);
        }
        catch (SlurmException exception)
        {
            TellOnce($"Slurm: {exception.Message}. What runs goes on; asking again every {_options.Poll} s.");
        }
        catch (OperationCanceledException)
        {
            return;
        }

        var states = queue?.Where(task => _watched.ContainsKey(task.Id)).ToDictionary(task => task.Id);
        foreach (var task in _watched.Values.ToList())
        {
            Hear(task);
            if (states is not null)
                await SeeAsync(task, states.GetValueOrDefault(task.Id));
            if (task.Jobs.Count == 0)
                _watched.Remove(task.Id);
        }
    }

    /// <summary>What a task's own process tells.</summary>
    private void Hear(WatchedTask task)
    {
        if (task.Read(_log) is not { } report)
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
            task.Ended = null;
            Tell(task, now);
            task.Last = now;
            // A task may do its work and stay in the queue.
            if (DateTime.UtcNow - task.Asked >= AskEvery)
                Settle(task, [.. task.Jobs.Keys]);
            return;
        }

        Settle(task, [.. task.Jobs.Keys]);
        task.Last = now ?? task.Last;
        task.Ended ??= DateTime.UtcNow;
        if (task.Jobs.Count == 0 || DateTime.UtcNow - task.Ended < TimeSpan.FromSeconds(_options.Settle))
            return;
        var end = TaskEnd.Of(now?.State, await _slurm.DetailsAsync(task.Id, CancellationToken.None));
        var again = end.IsNobodysFault ? task.Jobs.Values.Where(waiting => waiting.Again < MostAgain).ToList() : [];
        if (again.Count > 0)
            _log.Line($"{Names(again.Select(waiting => waiting.Job))}: Slurm's job {task.Id} {end.What}; it is given to Slurm again.");
        foreach (var waiting in again)
        {
            waiting.Again++;
            _pending[waiting.Job.Key] = waiting;
            task.Jobs.Remove(waiting.Job.Key);
        }

        foreach (var waiting in task.Jobs.Values)
            waiting.Fail(new SlurmException($"{Names(task.Jobs.Values.Select(other => other.Job))}: Slurm's job {task.Id} {end.What}{Last(task.Log)}{end.Advice} Log: {Relative(task.Log)}"));
        task.Jobs.Clear();
    }

    private void Tell(WatchedTask task, QueueTask now)
    {
        var names = Names(task.Jobs.Values.Select(waiting => waiting.Job));
        if (now.Restarts > (task.Last?.Restarts ?? now.Restarts))
            _log.Line($"{names}: Slurm's job {task.Id} went back into the queue{(task.Last is { Nodes.Length: > 0 } last ? $" from {last.Nodes}" : "")}, and goes on where it was.");
        if (now.Waits && now.Reason is not ("None" or "" or "Priority" or "BeginTime"))
            TellOnce($"{task.Jobs.Values.First().Job.Node.Stage}: waits in Slurm's queue ({now.Reason}).");
        if (now.State == "RUNNING" && task.Last?.State != "RUNNING" && task.Jobs.Count == 1)
            _log.Line($"{names}: runs on {now.Nodes} as {task.Id}.");
    }

    /// <summary>What the store has is done.</summary>
    private static void Settle(WatchedTask task, IReadOnlyList<ContentHash> keys)
    {
        task.Asked = DateTime.UtcNow;
        foreach (var key in keys)
        {
            if (task.Jobs.TryGetValue(key, out var waiting) && waiting.Job.IsStored() && task.Jobs.Remove(key))
                waiting.Done();
        }
    }

    private async Task StopAsync()
    {
        var tasks = _watched.Keys.ToList();
        if (tasks.Count > 0 && _setting.Leaves(tasks.Count))
        {
            _log.Line($"Slurm: {Count(tasks.Count)} in the queue and {(tasks.Count == 1 ? "goes" : "go")} on; the same command finds {(tasks.Count == 1 ? "it" : "them")}.");
        }
        else if (tasks.Count > 0)
        {
            await _slurm.CancelAsync(tasks);
            _log.Line($"Slurm: {Count(tasks.Count)} cancelled; what they have saved stays, and the same command goes on from there.");
        }

        Take();
        End(waiting => waiting.Cancel(_cancellation));
    }

    private static string Count(int tasks) => tasks == 1 ? "1 job is" : $"{tasks} jobs are";

    private void End(Action<WaitingJob> end)
    {
        foreach (var waiting in _pending.Values.Concat(_watched.Values.SelectMany(task => task.Jobs.Values)))
            end(waiting);
        _pending.Clear();
        _watched.Clear();
    }

    private void TellOnce(string line)
    {
        if (_told.Add(line))
            _log.Line(line);
    }

    private string Relative(string path) => Path.GetRelativePath(_setting.Workspace, path);

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

    private static string Names(IEnumerable<HandedJob> jobs)
    {
        var some = jobs.ToList();
        var stages = some.Select(job => job.Node.Stage).Distinct(StringComparer.Ordinal).ToList();
        return some.Count == 1 ? stages[0] : $"{string.Join(", ", stages)} ({some.Count} jobs)";
    }

    private static ContentHash? Parse(string text) => ContentHash.TryParse(text, out var key) ? key : null;
}
