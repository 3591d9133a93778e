using System.Globalization;
using System.Text;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>Writes the TOML that sd-scripts reads: keys with texts, numbers, switches and lists of texts.</summary>
internal static class Toml
{
    /// <summary>A line of a table.</summary>
    public static string Line(string key, string value) => $"{key} = {value}";

    /// <summary>A number or a switch as it is, everything else quoted.</summary>
    public static string Value(string text) =>
        text is "true" or "false" || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && !char.IsWhiteSpace(text[0])
            ? text
            : Text(text);

    /// <summary>A value of an option: texts and words quoted, whatever they look like.</summary>
    public static string Literal(IOption option, string value) => option.IsText ? Text(value) : Value(value);

    /// <summary>A list of texts.</summary>
    public static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Text))}]";

    /// <summary>A text in quotes.</summary>
    public static string Text(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or '\u007f' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
