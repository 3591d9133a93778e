using System.Text;
using System.Text.RegularExpressions;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// A command line of sd-scripts, or the arguments alone: <c>--network_dim=16</c>, <c>--network_dim 16</c>,
/// <c>--network_args "conv_dim=8" "conv_alpha=4"</c>. Quotes are a shell's; a line that ends in \, ^ or ` goes on.
/// </summary>
internal static partial class ArgumentLine
{
    // What argparse takes several values for; behind the value of any other option a script goes on with something else.
    private static readonly HashSet<string> Lists = new(StringComparer.Ordinal) { "network_args", "optimizer_args", "lr_scheduler_args", "base_weights", "base_weights_multiplier", "text_encoder_lr", "log_with", "resolution" };
    private static readonly string[] Ends = [">", ">>", "|", "&&", ";", "2>&1"];

    /// <exception cref="InvalidDataException">A quote is not closed, or there is no option in it.</exception>
    public static ForeignOptions Parse(string text, string where)
    {
        var options = new ForeignOptions();
        string? name = null;
        var values = new List<string>();
        foreach (var word in Words(WithVariables(text), where))
        {
            if (Ends.Contains(word, StringComparer.Ordinal))
            {
                Close();
                name = null;
                continue;
            }

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
                options.Set(WholeName(name), values.Count == 0 ? ["true"] : Lists.Contains(name) ? [.. values] : [values[0]]);
        }
    }

    /// <summary>argparse takes the beginning of a name for the name where no other begins so.</summary>
    private static string WholeName(string name) => SdScriptsOptions.Defaults.ContainsKey(name)
        ? name
        : SdScriptsOptions.Defaults.Keys.Where(known => known.StartsWith(name, StringComparison.Ordinal)).ToList() is [var only] ? only : name;

    /// <summary>With what scripts set before the command: <c>set NAME=value</c>, <c>$name = "value"</c>, <c>NAME=value</c>.</summary>
    private static string WithVariables(string text)
    {
        foreach (Match match in Assignment().Matches(text))
        {
            var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value.Trim().Trim('"', '\''));
            text = text.Replace($"%{name}%", value, StringComparison.OrdinalIgnoreCase).Replace($"${{{name}}}", value, StringComparison.Ordinal);
            text = Regex.Replace(text, $@"(?<![\w$])\${Regex.Escape(name)}(?!\w)(?!\s*=[^=])", value.Replace("$", "$$", StringComparison.Ordinal), RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
        }

        return text;
    }

    [GeneratedRegex(@"^[ \t]*(set[ \t]+|export[ \t]+|\$)?(?<name>[A-Za-z_]\w*)[ \t]*=[ \t]*(?<value>""[^""\r\n]*""|'[^'\r\n]*'|[^#\r\n]*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, Timeout.Infinite)]
    private static partial Regex Assignment();

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
