using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Does jobs for the runs of a workspace, from their JSON, as another process would.</summary>
internal sealed class Neighbour(Yard yard) : IExecutor
{
    private readonly List<HandedJob> _handed = [];

    public int Jobs { get; init; } = 1;

    /// <summary>What it was asked to do, in its order.</summary>
    public IReadOnlyList<HandedJob> Handed
    {
        get
        {
            lock (_handed)
                return [.. _handed];
        }
    }

    public EnvironmentFacts Facts { get; init; } = EnvironmentFacts.None.With("machine", KeyValuePair.Create("cpu", "there"));

    public RecordingLog Log { get; } = new();

    /// <summary>Does the work; by default as it should.</summary>
    public Func<HandedJob, Task> Work { get; set; } = _ => Task.CompletedTask;

    public bool Takes(JobNode job) => job.Job is SayJob;

    public EnvironmentFacts FactsOf(JobNode job) => Facts;

    public async Task RunAsync(HandedJob job, CancellationToken cancellation)
    {
        lock (_handed)
            _handed.Add(job);
        await Work(job);
        Assert.False(job.IsStored());
        await StoreAsync(job, cancellation);
        Assert.True(job.IsStored());
    }

    /// <summary>Does it from the JSON that lies in the cache.</summary>
    public async Task StoreAsync(HandedJob job, CancellationToken cancellation)
    {
        using var cache = yard.Open();
        using var live = new LiveObject();
        await new LooseJob(cache, Facts, Log).StoreAsync(LooseJob.Find(cache, job.Key), SayJob.Kinds, live, cancellation);
    }
}
