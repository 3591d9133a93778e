using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>Does jobs in other processes, such as those on a cluster's nodes. What it does not take, this process does.</summary>
public interface IExecutor
{
    /// <summary>How many jobs it takes at a time, at the most.</summary>
    int Jobs { get; }

    /// <summary>Whether it does a job.</summary>
    bool Takes(JobNode job);

    /// <summary>Facts about the machines on which it does a job, which are part of the job's key.</summary>
    EnvironmentFacts FactsOf(JobNode job);

    /// <summary>Has a job done. It may be called many times before the first job is done.</summary>
    /// <param name="job">The job; its JSON lies in the cache.</param>
    /// <param name="cancellation">Asks it to stop.</param>
    /// <returns>A task that ends well when, and only when, the job's result is in the store.</returns>
    Task RunAsync(HandedJob job, CancellationToken cancellation);
}
