using System.Collections.Concurrent;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Pipeline.Runs;

/// <summary>
/// Tells the host's progress sink what a run does. A stage of one item tells its own steps; of a stage of several the items are counted, and
/// the steps of one stand beside their number.
/// </summary>
internal sealed class RunLog(IProgressSink sink) : IRunLog
{
    private readonly ConcurrentDictionary<string, (int Done, int All)> _items = new(StringComparer.Ordinal);

    public void Starting(string stage, int run, int reused, IReadOnlyList<string> reasons)
    {
        sink.Line($"{stage}: {run} to run, {reused} reused");
        foreach (var reason in reasons)
            sink.Line($"    {reason}");
        if (run > 1)
            _items[stage] = (0, run);
        sink.Report(stage, 0, run, null);
    }

    public void Stored(string stage, int done, int total)
    {
        if (total <= 1)
            return;
        _items[stage] = (done, total);
        sink.Report(stage, done, total, null);
    }

    public void Waiting(string stage, int? process) =>
        sink.Line($"{stage}: another run{(process is { } id ? $" (process {id})" : string.Empty)} is at it; waiting.");

    public void End(string stage)
    {
        _items.TryRemove(stage, out _);
        sink.End(stage);
    }

    public void Report(string stage, int done, int all, string? detail)
    {
        if (_items.TryGetValue(stage, out var items))
            sink.Report(stage, items.Done, items.All, $"{done} of {all}{(detail is null ? "" : $", {detail}")}");
        else
            sink.Report(stage, done, all, detail);
    }

    public void Line(string text) => sink.Line(text);

    public void Warn(string text) => sink.Warn(text);
}
