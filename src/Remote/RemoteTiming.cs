namespace Slipway.Remote;

/// <summary>How long the remote cache is waited for, and how often it is asked again.</summary>
public sealed record RemoteTiming
{
    /// <summary>Bytes a second below which a transfer is given up.</summary>
    private const double Slowest = 16 * 1024;

    /// <summary>For a connection.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For the answer to what costs a server next to nothing: whether it has something, and what is in a record. Who is silent so long is not asked a
    /// second time.
    /// </summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>For the answer of a transfer to begin, and for its next bytes.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Before the second attempt; it doubles from attempt to attempt, by chance a little more or less.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a request is repeated when it fails, and a transfer that is cut off goes on without having brought anything; 1 or more.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>How long nothing is asked when most requests have failed, or one had no answer.</summary>
    public TimeSpan Break { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Transfers at a time.</summary>
    public int Transfers { get; init; } = 8;

    /// <summary>The longest that so many bytes of a blob may take.</summary>
    internal TimeSpan Longest(long bytes) => Silence + TimeSpan.FromSeconds(bytes / Slowest);

    /// <summary>The longest that so many bytes of a record may take.</summary>
    internal TimeSpan LongestOfRecord(long bytes) => Answer + TimeSpan.FromSeconds(bytes / Slowest);
}
