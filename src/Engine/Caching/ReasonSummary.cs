namespace Slipway.Engine.Caching;

/// <summary>The reasons of many items in a few lines: what is alike is counted.</summary>
public static class ReasonSummary
{
    private const int LinesShown = 5;
    private const int Shown = 3;

    /// <param name="items">The items of a stage, and why each has to run; null for one that need not.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<(string Label, ItemReason? Reason)> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items is [{ } single])
            return single.Reason is null ? [] : [single.Reason.ToString()];
        var lines = items.Where(item => item.Reason is not null)
            .GroupBy(item => item.Reason!.Shape, StringComparer.Ordinal)
            .Select(group => Line([.. group.Select(item => item.Label)], [.. group.Select(item => item.Reason!)]))
            .ToList();
        return lines.Count <= LinesShown ? lines : [.. lines.Take(LinesShown), $"… and {lines.Count - LinesShown} more reasons"];
    }

    private static string Line(IReadOnlyList<string> labels, IReadOnlyList<ItemReason> reasons)
    {
        var names = string.Join(", ", labels.Take(Shown)) + (labels.Count > Shown ? ", …" : "");
        var phrases = Enumerable.Range(0, reasons[0].Changes.Count)
            .Select(i => Phrase([.. reasons.Select(reason => reason.Changes[i])]))
            .Concat(reasons[0].Notes);
        return $"{labels.Count} {(labels.Count == 1 ? "item" : "items")} ({names}): {string.Join("; ", phrases)}";
    }

    /// <summary>One change of several items: the same in all, or another in each.</summary>
    internal static string Phrase(IReadOnlyList<FingerprintChange> changes)
    {
        var first = changes[0];
        var different = changes.DistinctBy(change => change.ToString()).ToList();
        if (different.Count == 1)
            return first.ToString();
        if (!first.IsSingleFile)
            return $"{first.Subject} differs in each ({first.Difference}, …)";
        var files = different.Take(Shown).Select(change => change.Parts!.All[0].Name);
        return $"{first.Role} {first.Parts!.Verb} in each ({string.Join(", ", files)}{(different.Count > Shown ? ", …" : "")})";
    }
}
