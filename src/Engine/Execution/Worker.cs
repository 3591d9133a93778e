using System.Collections.Concurrent;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>
/// A thread that does one piece of work after the other and keeps something alive between them. Libraries that remember settings by
/// thread, such as the number of threads of their own, meet the same one every time.
/// </summary>
internal sealed class Worker : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly LiveObject _live = new();
    private readonly Thread _thread;

    public Worker(int number)
    {
        _thread = new Thread(Work) { IsBackground = true, Name = $"worker {number}" };
        _thread.Start();
    }

    /// <summary>Does the work on this thread.</summary>
    public Task<T> RunAsync<T>(Func<LiveObject, T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(work(_live));
            }
            catch (Exception exception)
            {
                // What a job that failed has left in a model nobody knows.
                _live.Dispose();
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    /// <summary>Waits for the work that is under way, and lets go of what is kept alive.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Work()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
        _live.Dispose();
    }
}
