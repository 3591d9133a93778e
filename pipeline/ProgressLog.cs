namespace Slipway.Pipeline;

/// <summary>Tells the host's progress sink what the stage runner does.</summary>
internal sealed class ProgressLog(IProgressSink sink) : IStageLog
{
    public void Starting(string stage, int run, int reused, IReadOnlyList<string> reasons)
    {
        sink.Line($"{stage}: {run} to run, {reused} reused");
        foreach (var reason in reasons)
        {
            sink.Line($"    {reason}");
        }

        sink.Report(stage, 0, run, null);
    }

    /// <summary>A stage of one item tells its own steps.</summary>
    public void Stored(string stage, int done, int total)
    {
        if (total > 1)
        {
            sink.Report(stage, done, total, null);
        }
    }

    public void Waiting(string stage, int? process)
        => sink.Line($"{stage}: another run{(process is { } id ? $" (process {id})" : string.Empty)} is at it; waiting.");
}
