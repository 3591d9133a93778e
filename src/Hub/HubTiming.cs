namespace Slipway.Hub;

/// <summary>How long the hub is waited for.</summary>
public sealed record HubTiming
{
    /// <summary>For a connection.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>For an answer to begin, and for its next bytes.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Before the second attempt; it doubles from attempt to attempt.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest that the hub may ask to wait (<c>Retry-After</c>); its own window for counting requests is five minutes.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>Attempts one after the other that bring not one new byte, until it is given up.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The wait after so many attempts in vain.</summary>
    /// <param name="failures">1 or more.</param>
    /// <param name="asked">What the hub asked for; null: nothing.</param>
    internal TimeSpan PauseAfter(int failures, TimeSpan? asked)
    {
        var own = Pause * Math.Pow(2, failures - 1);
        return asked > own ? asked.Value : own;
    }
}
