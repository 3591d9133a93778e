using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Pipeline.Runs;

/// <summary>Tells the host's progress sink what a run does.</summary>
internal sealed class RunLog(IProgressSink sink) : IRunLog
{
    public void Starting(string stage, int run, int reused, IReadOnlyList<string> reasons)
    {
        sink.Line($"{stage}: {run} to run, {reused} reused");
        foreach (var reason in reasons)
            sink.Line($"    {reason}");
        sink.Report(stage, 0, run, null);
    }

    /// <summary>A stage of one item tells its own steps.</summary>
    public void Stored(string stage, int done, int total)
    {
        if (total > 1)
            sink.Report(stage, done, total, null);
    }

    public void Waiting(string stage, int? process) =>
        sink.Line($"{stage}: another run{(process is { } id ? $" (process {id})" : string.Empty)} is at it; waiting.");

    public void End(string stage) => sink.End(stage);

    public void Report(string stage, int done, int all, string? detail) => sink.Report(stage, done, all, detail);

    public void Line(string text) => sink.Line(text);

    public void Warn(string text) => sink.Warn(text);
}
