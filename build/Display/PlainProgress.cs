using Slipway.Engine.Jobs;

namespace Slipway.Build.Display;

/// <summary>Progress for logs: a plain line of each stage now and then, one when all is done, and the last that was told. Not for two threads at once.</summary>
/// <param name="output">Takes the lines.</param>
/// <param name="errors">Takes the warnings.</param>
/// <param name="clock">The time.</param>
internal sealed class PlainProgress(TextWriter output, TextWriter errors, TimeProvider clock) : IProgressSink
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly ProgressClocks _stages = new(clock);
    private readonly Dictionary<string, TimeSpan> _next = new(StringComparer.Ordinal);

    private readonly HashSet<string> _atEnd = new(StringComparer.Ordinal);

    // What was told at the end, right after something had been said.
    private readonly Dictionary<string, string> _unsaid = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Report(string stage, int done, int all, string? detail)
    {
        var (state, own, isNew) = _stages.Take(stage, done, all, detail);
        if (isNew)
            Forget(stage);
        if (done == 0 && (detail is null || own.Elapsed < Interval))
            return;
        var isFirstAtEnd = done == all && _atEnd.Add(stage);
        if (!isFirstAtEnd && own.Elapsed < _next.GetValueOrDefault(stage))
        {
            if (done == all)
                _unsaid[stage] = state.Text;
            return;
        }

        _unsaid.Remove(stage);
        _next[stage] = own.Elapsed + Interval;
        output.WriteLine(state.Text);
    }

    /// <inheritdoc/>
    public void End(string stage)
    {
        if (_unsaid.TryGetValue(stage, out var text))
            output.WriteLine(text);
        Forget(stage);
        _stages.End(stage);
    }

    private void Forget(string stage)
    {
        _next.Remove(stage);
        _atEnd.Remove(stage);
        _unsaid.Remove(stage);
    }

    /// <inheritdoc/>
    public void Line(string text) => output.WriteLine(text);

    /// <inheritdoc/>
    public void Warn(string text) => errors.WriteLine($"Warning: {text}");
}
