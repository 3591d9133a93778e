using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Slurm;

/// <summary>A task in whose jobs this run is interested.</summary>
/// <param name="id">Which.</param>
/// <param name="submission">What it is a part of.</param>
internal sealed class WatchedTask(TaskId id, Submission submission)
{
    private DateTime _written;
    private string? _process;
    private int _told;

    public TaskId Id => id;

    /// <summary>Full path of its log.</summary>
    public string Log => submission.LogOf(id.Index);

    /// <summary>Its jobs that are not done.</summary>
    public Dictionary<ContentHash, WaitingJob> Jobs { get; } = [];

    /// <summary>As the queue had it last while it was alive; null: it has not yet been seen alive.</summary>
    public QueueTask? Last { get; private set; }

    /// <summary>Where it was last seen to run; empty for nowhere yet.</summary>
    public string RanOn { get; private set; } = "";

    /// <summary>When it was first seen to have ended; null while it is alive.</summary>
    public DateTime? Ended { get; set; }

    /// <summary>When the store was last asked about all of its jobs.</summary>
    public required DateTime Asked { get; set; }

    /// <summary>Takes what the queue says of it now, while it is alive. What is said of a node that fails does not count: the task comes back.</summary>
    public void See(QueueTask now)
    {
        (Last, Ended) = (now, null);
        if (now.State == "RUNNING")
            RanOn = now.Nodes;
    }

    /// <summary>What its process tells, where that is new; the rest goes to the log.</summary>
    public TaskReport? Read(IProgressSink log)
    {
        var path = Submission.ReportOf(submission.KeysOf(id.Index));
        var written = File.GetLastWriteTimeUtc(path);
        if (written == _written || TaskReport.TryRead(path) is not { } report)
            return null;
        if (report.Process != _process)
            (_process, _told) = (report.Process, 0);
        _written = written;
        foreach (var line in report.Lines.TakeLast(Math.Max(0, report.Told - _told)))
        {
            if (line.IsWarning)
                log.Warn(line.Text);
            else
                log.Line(line.Text);
        }

        _told = report.Told;
        foreach (var (stage, progress) in report.Stages)
            log.Report(stage, progress.Done, progress.All, progress.Detail);
        return report;
    }
}
