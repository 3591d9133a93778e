namespace Slipway.Slurm;

/// <summary>Slurm does not do what it was asked to.</summary>
/// <param name="message">What, and what to do.</param>
public sealed class SlurmException(string message) : Exception(message)
{
    /// <summary>Whether it is a matter of time: the queue is full, or the controller does not answer.</summary>
    public bool IsPassing { get; init; }
}
