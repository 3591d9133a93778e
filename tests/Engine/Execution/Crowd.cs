using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Counts how many jobs run at the same time.</summary>
internal sealed class Crowd
{
    private readonly Lock _gate = new();
    private int _running;

    /// <summary>The most that it saw.</summary>
    public int Most { get; private set; }

    /// <summary>The work of a job that is counted.</summary>
    public void Join(JobIo io)
    {
        lock (_gate)
            Most = Math.Max(Most, ++_running);
        Thread.Yield();
        lock (_gate)
            _running--;
    }
}
