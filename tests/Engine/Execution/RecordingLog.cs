using Slipway.Engine.Execution;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Keeps what a run says; jobs speak from several threads.</summary>
internal sealed class RecordingLog : IRunLog
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>Called with each line, by who says it.</summary>
    public Action<string> Hear { get; set; } = _ => { };

    public TaskCompletionSource FirstWait { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Starting(string stage, int run, int reused, IReadOnlyList<string> reasons) => Add($"{stage}: {run} run, {reused} reused");

    public void Stored(string stage, int done, int total) => Add($"{stage}: {done}/{total}");

    public void Waiting(string stage, int? process) => FirstWait.TrySetResult();

    public void Report(string stage, int done, int all, string? detail) => Add($"{stage}: {done} of {all}{(detail is null ? "" : $", {detail}")}");

    public void End(string stage) => Add($"{stage}: end");

    public void Line(string text) => Add(text);

    public void Warn(string text) => Add($"warning: {text}");

    private void Add(string line)
    {
        lock (_lines)
            _lines.Add(line);
        Hear(line);
    }
}
