using System.Globalization;
using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Slurm;

/// <summary>Tells the driver how far a task is, through a file beside its keys, once a second at the most; and its own log.</summary>
public sealed class TaskProgress : IProgressSink, IDisposable
{
    private const int LinesKept = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly IProgressSink _log;
    private readonly string _path;
    private readonly Lock _gate = new();
    private readonly List<string> _done = [];
    private readonly Dictionary<string, string> _failed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StageProgress> _stages = new(StringComparer.Ordinal);
    private readonly Queue<ToldLine> _lines = new();
    private readonly string _process = string.Create(CultureInfo.InvariantCulture, $"{Guid.NewGuid():N}");
    private readonly Timer _timer;
    private int _told;
    private bool _isStale = true;

    /// <param name="path">Full path of the report.</param>
    /// <param name="log">Hears everything too.</param>
    public TaskProgress(string path, IProgressSink log)
    {
        (_path, _log) = (path, log);
        _timer = new Timer(_ => Write(), null, TimeSpan.Zero, Interval);
    }

    /// <summary>A job's result is in the store.</summary>
    public void Done(ContentHash key) => Change(() => _done.Add(key.ToString()), now: true);

    /// <summary>A job failed.</summary>
    public void Failed(ContentHash key, string message) => Change(() => _failed[key.ToString()] = message, now: true);

    /// <inheritdoc/>
    public void Report(string stage, int done, int all, string? detail)
    {
        _log.Report(stage, done, all, detail);
        Change(() => _stages[stage] = new StageProgress(done, all, detail));
    }

    /// <inheritdoc/>
    public void End(string stage) => _log.End(stage);

    /// <inheritdoc/>
    public void Line(string text)
    {
        _log.Line(text);
        Change(() => Tell(new ToldLine(text, IsWarning: false)));
    }

    /// <inheritdoc/>
    public void Warn(string text)
    {
        _log.Warn(text);
        Change(() => Tell(new ToldLine(text, IsWarning: true)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        Write();
    }

    private void Tell(ToldLine line)
    {
        _told++;
        _lines.Enqueue(line);
        if (_lines.Count > LinesKept)
            _lines.Dequeue();
    }

    private void Change(Action change, bool now = false)
    {
        lock (_gate)
        {
            change();
            _isStale = true;
            if (now)
                Write();
        }
    }

    private void Write()
    {
        lock (_gate)
        {
            if (!_isStale)
                return;
            _isStale = false;
            try
            {
                new TaskReport { Process = _process, Done = [.. _done], Failed = new Dictionary<string, string>(_failed, StringComparer.Ordinal), Stages = new Dictionary<string, StageProgress>(_stages, StringComparer.Ordinal), Lines = [.. _lines], Told = _told }.Write(_path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It is for people who watch: the store has what counts.
                _isStale = true;
            }
        }
    }
}
