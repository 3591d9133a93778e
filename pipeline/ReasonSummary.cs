namespace Slipway.Pipeline;

/// <summary>The reasons of many items in a few lines.</summary>
internal static class ReasonSummary
{
    private const int LinesShown = 5;
    private const int LabelsShown = 3;

    public static IReadOnlyList<string> Of(IReadOnlyList<(string Label, string? Reason)> items)
    {
        if (items is [{ } single])
            return single.Reason is null ? [] : [single.Reason];
        var groups = items.Where(item => item.Reason is not null)
            .GroupBy(item => item.Reason!, StringComparer.Ordinal)
            .Select(group => Line(group.Key, [.. group.Select(item => item.Label)]))
            .ToList();
        return groups.Count <= LinesShown
            ? groups
            : [.. groups.Take(LinesShown), $"… and {groups.Count - LinesShown} more reasons"];
    }

    private static string Line(string reason, IReadOnlyList<string> labels)
    {
        var names = string.Join(", ", labels.Take(LabelsShown)) + (labels.Count > LabelsShown ? ", …" : "");
        return $"{labels.Count} {(labels.Count == 1 ? "item" : "items")} ({names}): {reason}";
    }
}
