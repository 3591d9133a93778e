using Slipway.Engine.Execution;

namespace Slipway.Slurm;

/// <summary>A job that was handed over, and whoever waits for it.</summary>
/// <param name="job">The job.</param>
internal sealed class WaitingJob(HandedJob job)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HandedJob Job => job;

    /// <summary>How often it was given to Slurm because a task came to nothing through no fault of its own.</summary>
    public int Again { get; set; }

    /// <summary>Ends when it is known how the job has ended.</summary>
    public Task End => _end.Task;

    public void Done() => _end.TrySetResult();

    public void Fail(Exception exception) => _end.TrySetException(exception);

    public void Cancel(CancellationToken cancellation) => _end.TrySetCanceled(cancellation);

    /// <summary>What to call some jobs in a sentence: their stages, and how many they are.</summary>
    public static string Names(IReadOnlyCollection<WaitingJob> jobs)
    {
        string[] stages = [.. jobs.Select(waiting => waiting.Job.Node.Stage).Distinct(StringComparer.Ordinal)];
        return jobs.Count == 1 ? stages[0] : $"{string.Join(", ", stages)} ({jobs.Count} jobs)";
    }
}
