namespace Slipway.Engine.Files;

/// <summary>Bytes that come from another machine: for the next of them it is waited only so long.</summary>
public static class Arrival
{
    /// <summary>The next bytes of an answer.</summary>
    /// <param name="body">What comes.</param>
    /// <param name="buffer">Takes them.</param>
    /// <param name="silence">How long they are waited for.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>How many have come; 0 at the end.</returns>
    /// <exception cref="ArrivalException">The connection is cut, or nothing more comes.</exception>
    public static async Task<int> ReadAsync(Stream body, Memory<byte> buffer, TimeSpan silence, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(body);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(silence);
        try
        {
            return await body.ReadAsync(buffer, patience.Token);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new ArrivalException("the connection was cut", exception);
        }
        catch (OperationCanceledException exception) when (!cancel.IsCancellationRequested)
        {
            throw new ArrivalException("nothing more came", exception) { IsSilence = true };
        }
    }
}

/// <summary>An answer that ended before its end.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">What was behind it.</param>
public sealed class ArrivalException(string message, Exception inner) : IOException(message, inner)
{
    /// <summary>Whether the connection still stands, and nothing comes.</summary>
    public bool IsSilence { get; init; }
}
