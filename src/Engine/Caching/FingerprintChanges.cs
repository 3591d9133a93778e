namespace Slipway.Engine.Caching;

/// <summary>Says in words why one list of entries is not the other.</summary>
public static class FingerprintChanges
{
    /// <summary>
    /// One phrase a change: <c>`learning_rate` 0.0001 → 0.0002</c>, <c>dataset: 3 files changed (a.png, b.png, c.png)</c>.
    /// Empty when the keys are equal.
    /// </summary>
    public static IReadOnlyList<string> Explain(IReadOnlyList<FingerprintEntry> before, IReadOnlyList<FingerprintEntry> after) =>
        [.. Find(before, after).Select(change => change.ToString())];

    /// <summary>The changes: values in the order of their roles, then files by group.</summary>
    /// <param name="before">The entries of a record.</param>
    /// <param name="after">The entries of now.</param>
    /// <param name="listings">Finds a listing by its hash; null, or one that finds nothing: groups that are one entry are not looked into.</param>
    public static IReadOnlyList<FingerprintChange> Find(
        IReadOnlyList<FingerprintEntry> before, IReadOnlyList<FingerprintEntry> after, Func<ContentHash, FileListing?>? listings = null)
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
                .GroupBy(pair => GroupOf(pair.Role), StringComparer.Ordinal)
                .SelectMany(group => FileChanges(group.Key, [.. group], names, listings ?? (_ => null))),
        ];
    }

    private static bool IsFile(FingerprintEntry entry) => entry.Kind is EntryKind.File or EntryKind.Output;

    private static string GroupOf(string role) => role.IndexOf('/', StringComparison.Ordinal) is >= 0 and var end ? role[..end] : role;

    private static FingerprintChange ValueChange(string role, FingerprintEntry? before, FingerprintEntry? after) =>
        new((after ?? before)!.Kind, role, Value(before), Value(after))
        {
            Parts = before?.Items is { } old && after?.Items is { } now ? Elements(old, now) : null,
        };

    /// <summary>A list shows as one, so that <c>[a, b]</c> is not <c>a, b</c>.</summary>
    private static string? Value(FingerprintEntry? entry) => entry?.Items is not null ? $"[{entry.Description}]" : entry?.Description;

    private static ChangedParts Elements(IReadOnlyList<string> before, IReadOnlyList<string> after) =>
        new(Without(after, before), [], Without(before, after), []);

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

    private static IEnumerable<FingerprintChange> FileChanges(
        string group, List<(string Role, FingerprintEntry? Before, FingerprintEntry? After)> pairs, Lazy<FileNames> names, Func<ContentHash, FileListing?> listings)
    {
        var kind = (pairs[0].After ?? pairs[0].Before)!.Kind;
        foreach (var (_, before, after) in pairs.Where(pair => (pair.After ?? pair.Before)!.IsListing))
            yield return new FingerprintChange(kind, group, null, null) { Parts = Files(Listed(before), Listed(after)), IsSingleFile = IsUnknown(before, after) };
        var members = pairs.Where(pair => !(pair.After ?? pair.Before)!.IsListing).ToList();
        if (members.Count > 0)
            yield return new FingerprintChange(kind, group, null, null) { Parts = Members(members, names.Value), IsSingleFile = members is [var single] && single.Role == group };

        FileListing? Listed(FingerprintEntry? entry) => entry?.Listing ?? (entry?.Hash is { } hash ? listings(hash) : new FileListing([]));

        bool IsUnknown(FingerprintEntry? before, FingerprintEntry? after) => Listed(before) is null || Listed(after) is null;

        ChangedParts Files(FileListing? before, FileListing? after)
        {
            var description = (pairs[0].After ?? pairs[0].Before)!.Description;
            return before is not null && after is not null
                ? Compare(before, after)
                : new ChangedParts([], [new ChangedPart(description, description)], [], []);
        }
    }

    private static ChangedParts Members(List<(string Role, FingerprintEntry? Before, FingerprintEntry? After)> pairs, FileNames names)
    {
        return new ChangedParts(
            [.. pairs.Where(pair => pair.Before is null).Select(pair => Part(pair.After!))],
            [.. pairs.Where(pair => pair.Before is not null && pair.After is not null).Select(pair => Part(pair.After!))],
            [.. pairs.Where(pair => pair.After is null).Select(pair => Part(pair.Before!))],
            []);

        ChangedPart Part(FingerprintEntry entry) => new(entry.Description, names.ShortestOf(entry.Description));
    }

    private static ChangedParts Compare(FileListing before, FileListing after)
    {
        var old = before.Files.ToDictionary(file => file.Path, file => file.Hash, StringComparer.Ordinal);
        var now = after.Files.ToDictionary(file => file.Path, file => file.Hash, StringComparer.Ordinal);
        var names = new FileNames(old.Keys.Concat(now.Keys));
        var gone = before.Files.Where(file => !now.ContainsKey(file.Path))
            .GroupBy(file => file.Hash)
            .ToDictionary(files => files.Key, files => new Queue<string>(files.Select(file => file.Path)));
        var (added, renamed) = (new List<ChangedPart>(), new List<ChangedPart>());
        foreach (var (path, hash) in after.Files.Where(file => !old.ContainsKey(file.Path)))
        {
            if (gone.TryGetValue(hash, out var earlier) && earlier.TryDequeue(out var from))
                renamed.Add(new ChangedPart(path, $"{names.ShortestOf(from)} → {names.ShortestOf(path)}", from));
            else
                added.Add(Part(path));
        }

        return new ChangedParts(
            added,
            [.. after.Files.Where(file => old.TryGetValue(file.Path, out var hash) && hash != file.Hash).Select(file => Part(file.Path))],
            [.. gone.Values.SelectMany(paths => paths).Order(StringComparer.Ordinal).Select(Part)],
            renamed);

        ChangedPart Part(string path) => new(path, names.ShortestOf(path));
    }
}
