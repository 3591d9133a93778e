namespace Slipway.Build.Display;

/// <summary>Breaks lines between words, so that they can be read on a narrow terminal.</summary>
internal static class WordWrap
{
    private const int Hanging = 2;

    /// <summary>
    /// The line in parts of at most <paramref name="width"/> characters, each further one indented a little deeper than the first. A word that is
    /// wider, such as a path, stays whole.
    /// </summary>
    /// <param name="line">One line.</param>
    /// <param name="width">Characters in a line; 0: any number.</param>
    public static IEnumerable<string> Lines(string line, int width)
    {
        if (width <= 0 || line.Length <= width)
            return [line];
        var indent = line.Length - line.TrimStart(' ').Length;
        var deeper = Math.Min(indent + Hanging, width / 2);
        var lines = new List<string>();
        var current = line[..indent];
        var isEmpty = true;
        foreach (var word in line[indent..].Split(' '))
        {
            if (!isEmpty && current.Length + 1 + word.Length > width)
            {
                lines.Add(current.TrimEnd());
                (current, isEmpty) = (new string(' ', deeper), true);
            }

            current += isEmpty ? word : $" {word}";
            isEmpty = false;
        }

        return [.. lines, current];
    }
}
