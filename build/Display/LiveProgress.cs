using Slipway.Engine.Jobs;
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
    private readonly ProgressClocks _stages = new(clock);
    private long? _shown;
    private (int Width, int Height) _size;
    private LiveDisplayContext? _display;
    private TaskCompletionSource? _hide;
    private Task? _hidden;

    /// <inheritdoc/>
    public void Report(string stage, int done, int all, string? detail)
    {
        var (_, _, isNew) = _stages.Take(stage, done, all, detail);
        _view.States = _stages.States;
        if (isNew || done == all || _shown is not { } shown || clock.GetElapsedTime(shown) >= Interval)
        {
            _shown = clock.GetTimestamp();
            Show();
        }
    }

    /// <summary>Leaves a line that says how far the stage has come.</summary>
    public void End(string stage)
    {
        var state = _stages.End(stage);
        _view.States = _stages.States;
        if (state is { Done: > 0 })
            Line(state.Text);
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

    /// <summary>Takes the live lines away and leaves one of each stage that is under way.</summary>
    public void Finish()
    {
        foreach (var state in _stages.States)
            End(state.Stage);
        Hide();
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
