namespace Slipway.Pipeline.Tests;

internal sealed class RecordingLog : IStageLog
{
    public List<string> Lines { get; } = [];

    public TaskCompletionSource FirstWait { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Starting(string stage, int run, int reused, IReadOnlyList<string> reasons) => Lines.Add($"{stage}: {run} run, {reused} reused");

    public void Stored(string stage, int done, int total) => Lines.Add($"{stage}: {done}/{total}");

    public void Waiting(string stage, int? process) => FirstWait.TrySetResult();
}
