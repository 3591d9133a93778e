using Slipway.Pipeline;

namespace Slipway.Build.Display;

/// <summary>Progress for logs: a plain line now and then, and one at the end of each stage.</summary>
/// <param name="output">Takes the lines.</param>
/// <param name="errors">Takes the warnings.</param>
/// <param name="clock">The time.</param>
internal sealed class PlainProgress(TextWriter output, TextWriter errors, TimeProvider clock) : IProgressSink
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly StageClock _stage = new(clock);
    private TimeSpan _next;

    /// <inheritdoc/>
    public void Report(string stage, int done, int all, string? detail)
    {
        if (_stage.Start(stage, all, done))
        {
            _next = TimeSpan.Zero;
        }

        if (done == 0 || (done < all && _stage.Elapsed < _next))
        {
            return;
        }

        _next = _stage.Elapsed + Interval;
        output.WriteLine(_stage.State(done, detail).Text);
    }

    /// <inheritdoc/>
    public void Line(string text) => output.WriteLine(text);

    /// <inheritdoc/>
    public void Warn(string text) => errors.WriteLine($"Warning: {text}");
}
