using System.Threading.Channels;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Slurm;

/// <summary>
/// Has jobs done by Slurm: what is ready goes into the queue as an array, each training and each shard of pictures a task, and the store
/// says when a job is done (<see cref="QueueWatch"/>). A run that was killed leaves its tasks; the next one finds them by their comment,
/// and waits for them instead of doing their jobs again.
/// </summary>
public sealed class SlurmExecutor : IExecutor
{
    private const int TasksPerArray = 1000; // MaxArraySize is 1001, where nobody has said anything else
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);
    private readonly SlurmOptions _options;
    private readonly SlurmSetting _setting;
    private readonly ISlurm _slurm;
    private readonly Submissions _submissions;
    private readonly IProgressSink _log;
    private readonly TimeProvider _clock;
    private readonly Channel<WaitingJob> _arriving = Channel.CreateUnbounded<WaitingJob>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<ContentHash, WaitingJob> _pending = [];
    private readonly QueueWatch _watch;
    private readonly Lock _gate = new();
    private CancellationToken _cancellation;
    private Task? _loop;
    private DateTime _full;

    /// <param name="options">How jobs go to Slurm.</param>
    /// <param name="setting">What the plan does not say.</param>
    /// <param name="log">Hears how far the work is.</param>
    public SlurmExecutor(SlurmOptions options, SlurmSetting setting, IProgressSink log)
        : this(options, setting, log, new SlurmCommands(), TimeProvider.System)
    {
    }

    internal SlurmExecutor(SlurmOptions options, SlurmSetting setting, IProgressSink log, ISlurm slurm, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(setting);
        (_options, _setting, _log, _slurm, _clock) = (options, setting, log, slurm, clock);
        _submissions = new Submissions(setting.CacheFolder);
        _watch = new QueueWatch(options, setting.Workspace, slurm, log, clock, waiting => _pending[waiting.Job.Key] = waiting);
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
        if (_pending.Count > 0 && !arrived && Now >= _full)
            await SubmitAsync();
        await _watch.LookAsync(_cancellation);
        lock (_gate)
        {
            if (_pending.Count == 0 && _watch.Tasks.Count == 0 && _arriving.Reader.Count == 0)
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
            _watch.TellOnce($"Slurm: {exception.Message}. Trying again every {_options.Poll * 2} s.");
            _full = Now + TimeSpan.FromSeconds(_options.Poll * 2);
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
        foreach (var (task, submission) in alive.Where(found => !_watch.Has(found.Task.Id)))
        {
            var wanted = submission!.Keys(task.Id.Index).Where(_pending.ContainsKey).Select(key => _pending[key]).ToList();
            if (wanted.Count == 0)
                continue;
            _watch.Add(task.Id, submission, wanted);
            _log.Line($"{WaitingJob.Names(wanted)}: found in Slurm's queue as {task.Id} ({task.State.ToLowerInvariant()}), from an earlier run.");
            wanted.ForEach(waiting => _pending.Remove(waiting.Job.Key));
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
            _watch.Add(new TaskId(id, i), submission, shards[i].Jobs.Select(job => _pending[job.Key]));
            foreach (var job in shards[i].Jobs)
                _pending.Remove(job.Key);
        }

        foreach (var stage in shards.GroupBy(shard => shard.Stage, StringComparer.Ordinal))
        {
            var (tasks, jobs) = (stage.Count(), stage.Sum(shard => shard.Jobs.Count));
            _log.Line(jobs == 1 ? $"{stage.Key}: in Slurm's queue as {id}." : $"{stage.Key}: {jobs} jobs in Slurm's queue as {id}, in {tasks} {(tasks == 1 ? "task" : "tasks")}.");
        }
    }

    private IReadOnlyList<string> LinesOf(HandedJob job) => _setting.Complete(_options.Of(job.Node.Job.Kind.Name), job).Lines;

    private async Task StopAsync()
    {
        var tasks = _watch.Tasks;
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

    private DateTime Now => _clock.GetUtcNow().UtcDateTime;

    private static string Count(int tasks) => tasks == 1 ? "1 job is" : $"{tasks} jobs are";

    private void End(Action<WaitingJob> end)
    {
        foreach (var waiting in _pending.Values.Concat(_watch.Clear()))
            end(waiting);
        _pending.Clear();
    }
}
