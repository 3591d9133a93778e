namespace Slipway.Engine.Files;

/// <summary>
/// What a network file system says of a file that another machine has replaced (ESTALE, "Stale file handle"): the name leads to the new one
/// when it is looked up again.
/// </summary>
internal static class StaleHandle
{
    /// <summary>ESTALE of Linux.</summary>
    public const int Error = 116;

    private const int ErrorOfMac = 70;
    private const int Attempts = 4;

    /// <summary>Reads something, again where the file was replaced meanwhile.</summary>
    public static T Retry<T>(Func<T> read)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return read();
            }
            catch (IOException exception) when (attempt < Attempts && (exception.HResult & 0xffff) is (Error or ErrorOfMac))
            {
                Thread.Sleep(attempt);
            }
        }
    }
}
