namespace Slipway.Remote;

/// <summary>Why the remote cache is of no use: what it answers, or that it does not.</summary>
/// <param name="message">What happened, as the end of a sentence that names the cache.</param>
/// <param name="inner">What was behind it.</param>
internal sealed class RemoteException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it may be otherwise in a while.</summary>
    public bool IsPassing { get; init; }

    /// <summary>Whether there was no answer at all.</summary>
    public bool IsSilence { get; init; }
}
