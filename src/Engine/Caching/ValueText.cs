namespace Slipway.Engine.Caching;

/// <summary>Values of any length in a line, so that the two sides of an arrow never read alike.</summary>
internal static class ValueText
{
    private const int Longest = 60;
    private const int Context = 12;
    private const string Cut = "…";

    /// <summary>The beginning of a long text; on one line.</summary>
    public static string Shorten(string text) => OneLine(text.Length <= Longest ? text : text[..Whole(text, Longest)] + Cut);

    /// <summary><c>old → new</c>: of long texts what is different, with a little of what is around it.</summary>
    public static string Differing(string before, string after)
    {
        if (before.Length <= Longest && after.Length <= Longest)
            return $"{OneLine(before)} → {OneLine(after)}";
        var same = before.AsSpan().CommonPrefixLength(after);
        var end = CommonEnd(before.AsSpan(same), after.AsSpan(same));
        return $"{Window(before, same, end)} → {Window(after, same, end)}";
    }

    /// <summary>What lies between the first <paramref name="same"/> letters and the last <paramref name="end"/>, which the other text has too.</summary>
    private static string Window(string text, int same, int end)
    {
        var from = Whole(text, Math.Max(0, same - Context));
        var to = Whole(text, Math.Min(text.Length, text.Length - end + Context));
        if (to - from > Longest + (2 * Context))
            to = Whole(text, from + Longest + (2 * Context));
        return $"{(from > 0 ? Cut : "")}{OneLine(text[from..to])}{(to < text.Length ? Cut : "")}";
    }

    private static int CommonEnd(ReadOnlySpan<char> before, ReadOnlySpan<char> after)
    {
        var length = 0;
        while (length < Math.Min(before.Length, after.Length) && before[^(length + 1)] == after[^(length + 1)])
            length++;
        return length;
    }

    /// <summary>The same place, or the one before where it would cut a letter of two halves.</summary>
    private static int Whole(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;

    private static string OneLine(string text) => text.Length == 0 ? "(empty)" : text.ReplaceLineEndings("⏎");
}
