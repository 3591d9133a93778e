using System.Globalization;

namespace Slipway.Build.Display;

/// <summary>How far a stage is.</summary>
/// <param name="Stage">Its label.</param>
/// <param name="Done">Items or steps done.</param>
/// <param name="All">All items or steps.</param>
/// <param name="Detail">Figures with commas between; null for none.</param>
/// <param name="TimeLeft">At the pace so far; null while that is not known.</param>
internal sealed record ProgressState(string Stage, int Done, int All, string? Detail, TimeSpan? TimeLeft)
{
    /// <summary>The stage's own figures; where it has none, the time left.</summary>
    public IReadOnlyList<string> Figures => Detail is not null
        ? Detail.Split(", ")
        : TimeLeft is { } left ? [$"{Clock(left)} left"] : [];

    /// <summary>All of it in a line.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Stage}: {string.Join(", ", [$"{Done}/{All}", .. Figures])}");

    /// <summary><c>01:05</c>, or <c>2:01:05</c> from an hour on.</summary>
    private static string Clock(TimeSpan time) => time.TotalHours < 1
        ? time.ToString("mm\\:ss", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss}");
}
