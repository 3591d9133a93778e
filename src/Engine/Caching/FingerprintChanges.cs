namespace Slipway.Engine.Caching;

/// <summary>Says in words why one list of entries is not the other.</summary>
public static class FingerprintChanges
{
    private const int NamesShown = 3;
    private const int LongestValue = 60;

    /// <summary>
    /// One phrase a change: <c>`learning_rate` 0.0001 → 0.0002</c>, <c>dataset: 3 files changed (a.png, b.png, c.png)</c>.
    /// Empty when the keys are equal.
    /// </summary>
    public static IReadOnlyList<string> Explain(IReadOnlyList<FingerprintEntry> before, IReadOnlyList<FingerprintEntry> after)
    {
        var old = before.ToDictionary(entry => entry.Role, StringComparer.Ordinal);
        var now = after.ToDictionary(entry => entry.Role, StringComparer.Ordinal);
        var roles = old.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var changes = roles
            .Select(role => new Change(role, old.GetValueOrDefault(role), now.GetValueOrDefault(role)))
            .Where(change => !change.IsNone)
            .ToList();
        return
        [
            .. changes.Where(change => !change.IsFile).Select(change => change.ToString()),
            .. changes.Where(change => change.IsFile).GroupBy(change => change.Group, StringComparer.Ordinal).Select(Describe),
        ];
    }

    private static string Describe(IGrouping<string, Change> group)
    {
        var changes = group.ToList();
        if (changes is [{ IsMember: false } single])
            return $"{group.Key} {single.Verb} ({single.Name})";
        var counts = changes.GroupBy(change => change.Verb, StringComparer.Ordinal)
            .OrderBy(verb => verb.Key, StringComparer.Ordinal)
            .Select((verb, i) => i == 0 ? $"{Files(verb.Count())} {verb.Key}" : $"{verb.Count()} {verb.Key}");
        var names = string.Join(", ", changes.Take(NamesShown).Select(change => change.Name));
        return $"{group.Key}: {string.Join(", ", counts)} ({names}{(changes.Count > NamesShown ? ", …" : "")})";
    }

    private static string Files(int count) => count == 1 ? "1 file" : $"{count} files";

    private sealed record Change(string Role, FingerprintEntry? Before, FingerprintEntry? After)
    {
        public bool IsNone => Before?.Kind == After?.Kind && Before?.Hash == After?.Hash;

        public bool IsFile => (After ?? Before)!.Kind is EntryKind.File or EntryKind.Output;

        public bool IsMember => Role.Contains('/', StringComparison.Ordinal);

        public string Group => IsMember ? Role[..Role.IndexOf('/', StringComparison.Ordinal)] : Role;

        public string Name => Path.GetFileName((After ?? Before)!.Description);

        public string Verb => Before is null ? "added" : After is null ? "removed" : "changed";

        public override string ToString() => (Before, After) switch
        {
            (null, not null) => $"`{Role}` {Short(After)} is new",
            (not null, null) => $"`{Role}` {Short(Before)} is gone",
            _ => $"`{Role}` {Short(Before!)} → {Short(After!)}",
        };

        private static string Short(FingerprintEntry entry) => entry.Description.Length <= LongestValue
            ? entry.Description
            : $"{entry.Description[..LongestValue]}…";
    }
}
