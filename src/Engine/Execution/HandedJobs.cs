using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>Has jobs done by other processes, and takes their results from the store.</summary>
/// <param name="cache">What this process and the others share.</param>
/// <param name="executor">Has them done.</param>
/// <param name="salt">The user's addition to every key; empty for none.</param>
internal sealed class HandedJobs(Cache cache, IExecutor executor, string salt)
{
    /// <summary>Has a job done.</summary>
    /// <param name="job">The job.</param>
    /// <param name="memory">What it needs of the memory, in bytes; null: not known.</param>
    /// <param name="cancellation">Asks it to stop.</param>
    public async Task<IReadOnlyList<ActionOutput>> RunAsync(KeyedJob job, long? memory, CancellationToken cancellation)
    {
        await Task.Run(() => new JobFiles(cache).Write(job.Key, JobJson.From(job.Node, job.Key, job.Inputs, salt, job.Entries)), cancellation);
        ActionResult? found = null;
        await executor.RunAsync(new HandedJob(job.Node, job.Key, () => (found = Stored(job.Key)) is not null, memory), cancellation);
        // Who was told that it is there need not hear it again: laying it out says whether it still is.
        return (found ?? Stored(job.Key))?.Outputs ?? throw new IOException($"{job.Node.Stage}, {job.Node.Label} is said to be done, and the store has no result of it.");
    }

    private ActionResult? Stored(ContentHash key) =>
        cache.Actions.TryGet(key) is { } result && result.Outputs.All(output => cache.Content.Contains(output.Blob)) ? result : null;
}
