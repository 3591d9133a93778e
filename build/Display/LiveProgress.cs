using Slipway.Pipeline;
using Spectre.Console;

namespace Slipway.Build.Display;

/// <summary>
/// Progress on a terminal: a few lines at the bottom that are drawn anew, and a last line that stays when a stage ends.
/// Not for two threads at once.
/// </summary>
/// <param name="console">The terminal.</param>
/// <param name="clock">The time.</param>
internal sealed class LiveProgress(IAnsiConsole console, TimeProvider clock) : IProgressSink
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly ProgressView _view = new();
    private readonly StageClock _stage = new(clock);
    private TimeSpan _next;
    private (int Width, int Height) _size;
    private LiveDisplayContext? _display;
    private TaskCompletionSource? _hide;
    private Task? _hidden;

    /// <inheritdoc/>
    public void Report(string stage, int done, int all, string? detail)
    {
        if (_view.State is { } before && before.Stage != stage)
        {
            Finish();
        }

        var isNew = _stage.Start(stage, all, done);
        _view.State = _stage.State(done, detail);
        if (isNew || done == all || _stage.Elapsed >= _next)
        {
            _next = _stage.Elapsed + Interval;
            Show();
        }
    }

    /// <inheritdoc/>
    public void Line(string text)
    {
        Hide();
        console.Profile.Out.Writer.WriteLine(text);
    }

    /// <inheritdoc/>
    public void Warn(string text) => Line($"Warning: {text}");

    /// <summary>Takes the live lines away; the next report brings them back.</summary>
    public void Hide()
    {
        if (_display is not null)
        {
            _hide!.SetResult();
            _hidden!.GetAwaiter().GetResult();
            _display = null;
        }
    }

    /// <summary>Takes the live lines away and leaves one that says how far the stage has come.</summary>
    public void Finish()
    {
        Hide();
        if (_view.State is { Done: > 0 } state)
        {
            Line(state.Text);
        }

        _view.State = null;
    }

    /// <summary>
    /// When a terminal changes its size, Spectre clears all of it and what has scrolled off. So the size that Spectre
    /// knows stays the same while lines are shown.
    /// </summary>
    private void FollowSize()
    {
        var size = (console.Profile.Out.Width, console.Profile.Out.Height);
        if (size != _size)
        {
            Hide();
            _size = size;
            (console.Profile.Width, console.Profile.Height) = size;
        }
    }

    private void Show()
    {
        FollowSize();
        if (_display is null)
        {
            _hide = new TaskCompletionSource();
            _hidden = console.Live(_view).AutoClear(true).StartAsync(display =>
            {
                _display = display;
                return _hide.Task;
            });
        }

        _display!.Refresh();
    }
}
