using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>The workers of a run. One is started when there is work for it and all others are busy.</summary>
internal sealed class WorkerPool : IDisposable
{
    private readonly List<Worker> _workers = [];
    private readonly Stack<Worker> _idle = [];

    /// <summary>Gives work to an idle worker, or to a new one.</summary>
    public async Task<T> RunAsync<T>(Func<LiveObject, T> work)
    {
        var worker = Take();
        try
        {
            return await worker.RunAsync(work);
        }
        finally
        {
            lock (_idle)
                _idle.Push(worker);
        }
    }

    private Worker Take()
    {
        lock (_idle)
        {
            if (_idle.TryPop(out var idle))
                return idle;
            var started = new Worker(_workers.Count + 1);
            _workers.Add(started);
            return started;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _workers.ForEach(worker => worker.Dispose());
}
