namespace Slipway.Engine.Caching;

/// <summary>Says in words why one list of entries is not the other.</summary>
public static class FingerprintChanges
{
    /// <summary>The changes, none when the keys are equal: values in the order of their roles, then files by group.</summary>
    /// <param name="before">The entries of a record.</param>
    /// <param name="after">The entries of now.</param>
    public static IReadOnlyList<FingerprintChange> Find(IReadOnlyList<FingerprintEntry> before, IReadOnlyList<FingerprintEntry> after)
    {
        var old = before.ToDictionary(entry => entry.Role, StringComparer.Ordinal);
        var now = after.ToDictionary(entry => entry.Role, StringComparer.Ordinal);
        var changed = old.Keys.Union(now.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(role => (Role: role, Before: old.GetValueOrDefault(role), After: now.GetValueOrDefault(role)))
            .Where(pair => pair.Before?.Kind != pair.After?.Kind || pair.Before?.Hash != pair.After?.Hash)
            .ToList();
        var names = new Lazy<FileNames>(() => new FileNames(after.Concat(before.Where(entry => !now.ContainsKey(entry.Role))).Where(IsFile).Select(entry => entry.Description)));
        return
        [
            .. changed.Where(pair => !IsFile(pair.After ?? pair.Before!)).Select(pair => ValueChange(pair.Role, pair.Before, pair.After)),
            .. changed.Where(pair => IsFile(pair.After ?? pair.Before!))
                .GroupBy(pair => FingerprintEntry.GroupOf(pair.Role), StringComparer.Ordinal)
                .Select(group => FileChange(group.Key, [.. group], names.Value)),
        ];
    }

    private static bool IsFile(FingerprintEntry entry) => entry.Kind is EntryKind.File or EntryKind.Output;

    private static FingerprintChange ValueChange(string role, FingerprintEntry? before, FingerprintEntry? after) =>
        new((after ?? before)!.Kind, role, Value(before), Value(after))
        {
            Parts = before?.Items is { } old && after?.Items is { } now ? Elements(old, now) : null,
        };

    /// <summary>A list shows as one, so that <c>[a, b]</c> is not <c>a, b</c>.</summary>
    private static string? Value(FingerprintEntry? entry) => entry?.Items is not null ? $"[{entry.Description}]" : entry?.Description;

    private static ChangedParts Elements(IReadOnlyList<string> before, IReadOnlyList<string> after) =>
        new(Without(after, before), [], Without(before, after));

    /// <summary>What is more often in one list than in the other.</summary>
    private static List<ChangedPart> Without(IReadOnlyList<string> list, IReadOnlyList<string> other)
    {
        var left = other.CountBy(element => element, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var more = new List<ChangedPart>();
        foreach (var element in list)
        {
            var count = left.GetValueOrDefault(element);
            left[element] = count - 1;
            if (count <= 0)
                more.Add(new ChangedPart(element, element));
        }

        return more;
    }

    private static FingerprintChange FileChange(string group, List<(string Role, FingerprintEntry? Before, FingerprintEntry? After)> pairs, FileNames names) =>
        new((pairs[0].After ?? pairs[0].Before)!.Kind, group, null, null)
        {
            Parts = Members(pairs, names),
            IsSingleFile = pairs is [var single] && single.Role == group,
        };

    private static ChangedParts Members(List<(string Role, FingerprintEntry? Before, FingerprintEntry? After)> pairs, FileNames names)
    {
        return new ChangedParts(
            [.. pairs.Where(pair => pair.Before is null).Select(pair => Part(pair.After!))],
            [.. pairs.Where(pair => pair.Before is not null && pair.After is not null).Select(pair => Part(pair.After!))],
            [.. pairs.Where(pair => pair.After is null).Select(pair => Part(pair.Before!))]);

        ChangedPart Part(FingerprintEntry entry) => new(entry.Description, names.ShortestOf(entry.Description));
    }
}
