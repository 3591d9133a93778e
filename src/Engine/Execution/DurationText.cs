namespace Slipway.Engine.Execution;

/// <summary>How long something takes or took, for people: in seconds up to a minute and a half, in minutes up to an hour and a half, else in hours.</summary>
public static class DurationText
{
    private const int Minute = 60;
    private const int Hour = 60 * Minute;

    /// <summary><c>3.2 s</c>, <c>45 s</c>, <c>1.5 min</c>, <c>12 min</c>, <c>2.5 h</c>.</summary>
    public static string Of(TimeSpan time) => time.TotalSeconds switch
    {
        < 9.95 => FormattableString.Invariant($"{time.TotalSeconds:0.0} s"),
        < 1.5 * Minute => FormattableString.Invariant($"{time.TotalSeconds:0} s"),
        < 9.95 * Minute => FormattableString.Invariant($"{time.TotalMinutes:0.0} min"),
        < 1.5 * Hour => FormattableString.Invariant($"{time.TotalMinutes:0} min"),
        _ => FormattableString.Invariant($"{time.TotalHours:0.0} h"),
    };
}
