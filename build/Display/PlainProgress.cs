using Slipway.Engine.Jobs;

namespace Slipway.Build.Display;

/// <summary>Progress for logs: a plain line of each stage now and then, and one at its end. Not for two threads at once.</summary>
/// <param name="output">Takes the lines.</param>
/// <param name="errors">Takes the warnings.</param>
/// <param name="clock">The time.</param>
internal sealed class PlainProgress(TextWriter output, TextWriter errors, TimeProvider clock) : IProgressSink
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly ProgressClocks _stages = new(clock);
    private readonly Dictionary<string, TimeSpan> _next = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Report(string stage, int done, int all, string? detail)
    {
        var (state, own, isNew) = _stages.Take(stage, done, all, detail);
        if (isNew)
            _next[stage] = TimeSpan.Zero;
        if (done == 0 || (done < all && own.Elapsed < _next[stage]))
            return;
        _next[stage] = own.Elapsed + Interval;
        output.WriteLine(state.Text);
    }

    /// <inheritdoc/>
    public void End(string stage) => _stages.End(stage);

    /// <inheritdoc/>
    public void Line(string text) => output.WriteLine(text);

    /// <inheritdoc/>
    public void Warn(string text) => errors.WriteLine($"Warning: {text}");
}
