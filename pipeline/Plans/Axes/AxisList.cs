using System.Text;

namespace Slipway.Pipeline.Plans.Axes;

/// <summary>
/// Entries with commas between, as the web UIs take them: spaces around an entry do not count, an entry with a comma stands in double quotes, and a
/// quote inside these is doubled.
/// </summary>
internal static class AxisList
{
    /// <summary>The entries.</summary>
    /// <param name="text">The list.</param>
    /// <param name="entries">The entries; of no meaning where something is wrong.</param>
    /// <returns>What is wrong; null: nothing.</returns>
    public static string? Split(string text, out IReadOnlyList<string> entries)
    {
        var result = new List<string>();
        entries = result;
        if (string.IsNullOrWhiteSpace(text))
            return "is empty";
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at < text.Length && text[at] == '"')
            {
                if (Quoted(text, ref at) is not { } entry)
                    return "has a quote that does not end";
                while (at < text.Length && char.IsWhiteSpace(text[at]))
                    at++;
                if (at < text.Length && text[at] != ',')
                    return $"has something behind a quoted entry: `{text[at..]}`; double a quote that is part of an entry";
                result.Add(entry);
            }
            else
            {
                var end = text.IndexOf(',', at) is >= 0 and var comma ? comma : text.Length;
                var entry = text[at..end].TrimEnd();
                if (entry.Length == 0)
                    return "has an empty entry";
                result.Add(entry);
                at = end;
            }

            if (at >= text.Length)
                return null;
            at++;
        }
    }

    /// <summary>An entry as it stands in a list.</summary>
    public static string Write(string entry) =>
        entry.Length == 0 || entry.Contains(',', StringComparison.Ordinal) || entry[0] == '"' || char.IsWhiteSpace(entry[0]) || char.IsWhiteSpace(entry[^1])
            ? $"\"{entry.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : entry;

    private static string? Quoted(string text, ref int at)
    {
        var entry = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                entry.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                entry.Append('"');
                at++;
            }
            else
            {
                at++;
                return entry.ToString();
            }
        }

        return null;
    }
}
