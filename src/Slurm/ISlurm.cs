namespace Slipway.Slurm;

/// <summary>What is asked of Slurm.</summary>
internal interface ISlurm
{
    /// <summary>Queues an array.</summary>
    /// <param name="script">Full path of its script.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The array's number.</returns>
    /// <exception cref="InvalidDataException">Slurm refuses what the script asks for.</exception>
    /// <exception cref="SlurmException">Slurm has no room now, or does not answer.</exception>
    Task<long> SubmitAsync(string script, CancellationToken cancellation);

    /// <summary>The user's tasks, those that have ended included as long as Slurm remembers them.</summary>
    /// <exception cref="SlurmException">Slurm does not answer.</exception>
    Task<IReadOnlyList<QueueTask>> QueueAsync(CancellationToken cancellation);

    /// <summary>Everything that Slurm knows of a task, as <c>scontrol -o show job</c> tells it; empty where it remembers nothing.</summary>
    Task<string> DetailsAsync(TaskId task, CancellationToken cancellation);

    /// <summary>Cancels tasks. What has ended is no problem.</summary>
    Task CancelAsync(IReadOnlyCollection<TaskId> tasks);
}
