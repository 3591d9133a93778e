namespace Slipway.Build.Display;

/// <summary>The pace of the stage that is reported on.</summary>
/// <param name="clock">The time.</param>
internal sealed class StageClock(TimeProvider clock)
{
    private string? _stage;
    private int _all;
    private int _first;
    private long _start;

    /// <summary>Time since the stage was first reported.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_start);

    /// <summary>Starts anew when this is another stage, or another count of the same.</summary>
    /// <returns>Whether it is.</returns>
    public bool Start(string stage, int all, int done)
    {
        if (stage == _stage && all == _all)
            return false;

        (_stage, _all, _first, _start) = (stage, all, done, clock.GetTimestamp());
        return true;
    }

    /// <summary>Where the stage is, and how long it still takes at the pace so far.</summary>
    public ProgressState State(int done, string? detail) => new(
        _stage!,
        done,
        _all,
        detail,
        done > _first && done < _all ? Elapsed * ((double)(_all - done) / (done - _first)) : null);
}
