using System.Text;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// A command line of sd-scripts, or the arguments alone: <c>--network_dim=16</c>, <c>--network_dim 16</c>,
/// <c>--network_args "conv_dim=8" "conv_alpha=4"</c>. Quotes are a shell's; a line that ends in \, ^ or ` goes on.
/// </summary>
internal static class ArgumentLine
{
    /// <exception cref="InvalidDataException">A quote is not closed, or there is no option in it.</exception>
    public static ForeignOptions Parse(string text, string where)
    {
        var options = new ForeignOptions();
        string? name = null;
        var values = new List<string>();
        foreach (var word in Words(text, where))
        {
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                values.Add(word);
                continue;
            }

            Close();
            var parts = word[2..].Split('=', 2);
            (name, values) = (parts[0], parts.Length > 1 ? [parts[1]] : []);
        }

        Close();
        return options.Values.Count > 0 ? options : throw new InvalidDataException($"{where} holds no option; expected sd-scripts' arguments, such as --network_dim=16.");

        void Close()
        {
            if (name is not null)
                options.Set(name, values.Count > 0 ? [.. values] : ["true"]);
        }
    }

    /// <summary>The words of a line, as a shell splits them.</summary>
    /// <exception cref="InvalidDataException">A quote is not closed.</exception>
    public static IReadOnlyList<string> Words(string text, string where)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, inWord) = ('\0', false);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Where(line => !line.TrimStart().StartsWith('#')))
        {
            foreach (var c in line.TrimEnd().TrimEnd('\\', '^', '`') + " ")
            {
                if (quote != '\0' ? c == quote : c is '"' or '\'')
                {
                    (quote, inWord) = (quote == '\0' ? c : '\0', true);
                }
                else if (quote == '\0' && char.IsWhiteSpace(c))
                {
                    if (inWord)
                        words.Add(word.ToString());
                    word.Clear();
                    inWord = false;
                }
                else
                {
                    word.Append(c);
                    inWord = true;
                }
            }
        }

        return quote == '\0' ? words : throw new InvalidDataException($"{where}: a quote ({quote}) is not closed.");
    }
}
