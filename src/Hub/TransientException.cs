namespace Slipway.Hub;

/// <summary>What may go well at the next attempt: a connection that was cut, a hub that is busy.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">What was behind it.</param>
internal sealed class TransientException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long the hub asks to wait; null: it does not say.</summary>
    public TimeSpan? Wait { get; init; }
}
