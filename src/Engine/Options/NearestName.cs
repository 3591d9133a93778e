namespace Slipway.Engine.Options;

/// <summary>Guesses what somebody meant to write.</summary>
public static class NearestName
{
    /// <summary><c>did you mean `learning_rate`?</c>, or the list of all names when none is near.</summary>
    public static string Hint(string written, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToList();
        if (Find(written, names) is { } nearest)
            return $"did you mean `{nearest}`?";
        return names.Count == 0 ? "none is known here." : $"known here: {string.Join(", ", names)}.";
    }

    /// <summary>The name that was probably meant; null when none is near.</summary>
    public static string? Find(string written, IEnumerable<string> known)
    {
        var nearest = known.Order(StringComparer.Ordinal).MinBy(name => Distance(written, name));
        return nearest is not null && Distance(written, nearest) <= Math.Max(1, nearest.Length / 3) ? nearest : null;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (Damerau; optimal string alignment), ignoring case.</summary>
    private static int Distance(string a, string b)
    {
        var (before, last, now) = (new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray(), new int[b.Length + 1]);
        for (var i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                now[j] = Math.Min(Math.Min(now[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    now[j] = Math.Min(now[j], before[j - 2] + 1);
            }

            (before, last, now) = (last, now, before);
        }

        return last[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
