using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Slipway.Pipeline.Drawing;

/// <summary>
/// AUTOMATIC1111's text about how a picture was made, kept in the PNG chunk <c>parameters</c>: the prompt, a line
/// <c>Negative prompt: …</c> where there is one, and a last line <c>Steps: 20, Sampler: Euler a, …</c>. A value that holds a comma, a
/// colon or a line break is quoted as JSON is.
/// </summary>
/// <param name="Prompt">The prompt, with its <c>&lt;lora:name:weight&gt;</c>.</param>
/// <param name="NegativePrompt">The negative prompt; empty for none.</param>
/// <param name="Settings">The last line's names and values in their order.</param>
public sealed record Infotext(string Prompt, string NegativePrompt, IReadOnlyList<KeyValuePair<string, string>> Settings)
{
    /// <summary>The chunk's keyword.</summary>
    public const string Keyword = "parameters";

    private const string Negative = "Negative prompt:";

    /// <summary>With fewer settings the last line is taken for part of a prompt, as by AUTOMATIC1111.</summary>
    private const int FewestSettings = 3;

    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private static readonly Regex Setting = new("""\s*(?<name>\w[\w /\-]+):\s*(?<value>"(\\.|[^\\"])+"|[^,]*)(,|$)""", Linear);
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A setting's value; null where it is not there.</summary>
    public string? this[string name] => Settings.Where(setting => setting.Key == name).Select(setting => setting.Value).FirstOrDefault();

    /// <summary>Reads such a text, AUTOMATIC1111's own too; every text is one, if only a prompt.</summary>
    public static Infotext Parse(string text)
    {
        string[] lines = text.Trim().ReplaceLineEndings("\n").Split('\n');
        var matches = Setting.Matches(lines[^1]);
        var hasSettings = matches.Count >= FewestSettings;
        var texts = hasSettings ? lines[..^1] : lines;
        var start = Array.FindIndex(texts, line => line.StartsWith(Negative, StringComparison.Ordinal));
        var end = start < 0 ? texts.Length : start;
        return new Infotext(
            string.Join('\n', texts[..end]),
            start < 0 ? string.Empty : string.Join('\n', texts[start..])[Negative.Length..].Trim(),
            hasSettings ? [.. matches.Select(match => KeyValuePair.Create(match.Groups["name"].Value, Unquoted(match.Groups["value"].Value)))] : []);
    }

    /// <summary>The text.</summary>
    public override string ToString()
    {
        var settings = string.Join(", ", Settings.Select(setting => $"{setting.Key}: {Quoted(setting.Value)}"));
        return NegativePrompt.Length == 0 ? $"{Prompt}\n{settings}" : $"{Prompt}\n{Negative} {NegativePrompt}\n{settings}";
    }

    private static string Quoted(string value) => ReadsAsItIs(value) ? value : JsonSerializer.Serialize(value, Json);

    // AUTOMATIC1111 quotes for a comma, a colon and a line break alone, and loses a space at an end and quotes that were meant.
    private static bool ReadsAsItIs(string value) =>
        value.AsSpan().IndexOfAny(",:") < 0 && !value.StartsWith('"') && value.AsSpan().Trim().Length == value.Length && value.ReplaceLineEndings(" ").Equals(value, StringComparison.Ordinal);

    private static string Unquoted(string value)
    {
        if (value is not ['"', .., '"'])
            return value.Trim();
        try
        {
            return JsonSerializer.Deserialize<string>(value)!;
        }
        catch (JsonException)
        {
            return value;
        }
    }
}
