using Slipway.Engine.Jobs;

namespace Slipway.EndToEnd.Tests;

/// <summary>Remembers what is told, and can cancel the run at a step.</summary>
internal sealed class RecordingSink : IProgressSink, IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public CancellationToken Cancellation => _stop.Token;

    /// <summary>Stage and step at which to cancel.</summary>
    public (string Stage, int Done)? CancelAt { get; init; }

    public List<(string Stage, int Done)> Reports { get; } = [];

    public List<string> Lines { get; } = [];

    public void Report(string stage, int done, int all, string? detail)
    {
        lock (Reports)
            Reports.Add((stage, done));
        if (CancelAt == (stage, done))
            _stop.Cancel();
    }

    public void End(string stage)
    {
    }

    public void Line(string text)
    {
        lock (Lines)
            Lines.Add(text);
    }

    public List<string> Warnings { get; } = [];

    public void Warn(string text)
    {
        lock (Warnings)
            Warnings.Add(text);
    }

    public void Dispose() => _stop.Dispose();
}
