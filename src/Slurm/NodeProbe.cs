using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Slurm;

/// <summary>Asks nodes what they are, once for each way to ask Slurm for one: by a small job, whose answer is kept in the cache.</summary>
public sealed class NodeProbe
{
    private const int LooksBehind = 5;
    private readonly SlurmSetting _setting;
    private readonly string _program;
    private readonly TimeSpan _poll;
    private readonly IProgressSink _log;
    private readonly ISlurm _slurm;
    private readonly Submissions _submissions;

    /// <param name="setting">What nodes start; the file of the answer comes behind it as <c>--probe=FILE</c>.</param>
    /// <param name="program">What the answer depends on beside the node, such as the program's version: another one, another answer.</param>
    /// <param name="poll">Time from one look at the queue to the next.</param>
    /// <param name="log">Hears what is asked.</param>
    public NodeProbe(SlurmSetting setting, string program, TimeSpan poll, IProgressSink log)
        : this(setting, program, poll, log, new SlurmCommands())
    {
    }

    internal NodeProbe(SlurmSetting setting, string program, TimeSpan poll, IProgressSink log, ISlurm slurm)
    {
        ArgumentNullException.ThrowIfNull(setting);
        (_setting, _program, _poll, _log, _slurm) = (setting, program, poll, log, slurm);
        _submissions = new Submissions(setting.CacheFolder);
    }

    /// <summary>Name of the folder of answers, in that of the cache.</summary>
    public const string FolderName = "slurm/facts";

    /// <summary>What is known of the nodes; null: they have not been asked.</summary>
    public NodeFacts? Known(SlurmResources resources) => NodeFacts.TryRead(PathOf(resources));

    /// <summary>What is known of the nodes; where nothing is, one of them is asked. Where Slurm has no room, or does not answer, it is asked again.</summary>
    /// <exception cref="SlurmException">The job ended without an answer.</exception>
    public async Task<NodeFacts> AskAsync(SlurmResources resources, CancellationToken cancellation)
    {
        if (Known(resources) is { } known)
            return known;
        var submission = _submissions.New();
        var comment = _submissions.CommentOf(submission);
        submission.Write([[]], JobScript.Of("slipway-probe", comment, submission.Folder, _setting.Workspace, 1, resources.Lines, grace: 30, _setting.Command, "probe"));
        var task = new TaskId(await PatientlyAsync(() => _slurm.SubmitAsync(submission.Script, cancellation), cancellation), 0);
        _log.Line($"Slurm: job {task} asks a node what it is ({(resources.Partition is { } partition ? $"partition {partition}" : "default partition")}); the answer is kept.");
        try
        {
            return await AnswerAsync(task, submission, resources, cancellation);
        }
        catch (OperationCanceledException)
        {
            await _slurm.CancelAsync([task]);
            throw;
        }
    }

    private async Task<NodeFacts> AnswerAsync(TaskId task, Submission submission, SlurmResources resources, CancellationToken cancellation)
    {
        for (var ended = 0; ;)
        {
            if (NodeFacts.TryRead(submission.KeysOf(0)) is { } facts)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(PathOf(resources))!);
                facts.Write(PathOf(resources));
                return facts;
            }

            await Task.Delay(_poll, cancellation);
            var now = (await PatientlyAsync(() => _slurm.QueueAsync(cancellation), cancellation)).FirstOrDefault(other => other.Id == task);
            // A shared file system may show the answer later than the queue the end.
            if (now is not { IsAlive: true } && ++ended > LooksBehind)
                throw new SlurmException($"Slurm's job {task}, which asks a node what it is, {TaskEnd.Of(now?.State, await _slurm.DetailsAsync(task, cancellation)).What}. Log: {Path.GetRelativePath(_setting.Workspace, submission.LogOf(0))}");
        }
    }

    private async Task<T> PatientlyAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        for (var told = false; ; told = true)
        {
            try
            {
                return await ask();
            }
            catch (SlurmException exception) when (exception.IsPassing)
            {
                if (!told)
                    _log.Line($"Slurm: {exception.Message}. Trying again every {(_poll * 2).TotalSeconds} s.");
            }

            await Task.Delay(_poll * 2, cancellation);
        }
    }

    private string PathOf(SlurmResources resources) => Path.Combine(_setting.CacheFolder, FolderName, $"{ContentHash.Of(string.Join('\n', [.. resources.Lines, _program]))}.json");
}
