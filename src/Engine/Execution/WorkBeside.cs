using System.Threading.Channels;

namespace Slipway.Engine.Execution;

/// <summary>Work that goes on beside a loop. What has ended is handed to the loop, which alone does what is to be done about it.</summary>
internal sealed class WorkBeside
{
    private readonly Channel<Action> _ended = Channel.CreateUnbounded<Action>();
    private int _underWay;

    /// <summary>Whether anything is still to end.</summary>
    public bool Any => _underWay > 0;

    /// <summary>Takes work that is under way.</summary>
    /// <param name="work">Its result says what is to be done when it has ended; where it fails, <see cref="EndAsync"/> does.</param>
    public void Add(Task<Action> work)
    {
        _underWay++;
        _ = work.ContinueWith(
            ended => _ended.Writer.TryWrite(ended.IsCompletedSuccessfully ? ended.Result : () => ended.GetAwaiter().GetResult()),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Waits for what ends next, and does what is to be done about it.</summary>
    public async Task EndAsync()
    {
        var ended = await _ended.Reader.ReadAsync(CancellationToken.None);
        _underWay--;
        ended();
    }
}
