using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tomlyn.Model;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// sd-scripts' <c>sample_prompts</c> files: a line a picture with <c>--n</c> (not to be seen), <c>--w</c>, <c>--h</c>, <c>--d</c> (seed),
/// <c>--l</c> (guidance), <c>--s</c> (steps) behind the prompt; or the same by name, in TOML's <c>[prompt]</c> with <c>[[prompt.subset]]</c>, or in a
/// list of JSON.
/// </summary>
internal static partial class SamplePrompts
{
    private const int LargestFile = 1 << 20;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Letter, string Name)[] Letters =
        [("w", "width"), ("h", "height"), ("d", "seed"), ("s", "sample_steps"), ("l", "scale"), ("n", "negative_prompt"), ("ss", "sample_sampler")];

    /// <summary>Reads a file; its ending tells which form it has, as for sd-scripts.</summary>
    /// <exception cref="InvalidDataException">It has none of the forms.</exception>
    public static IReadOnlyList<SamplePrompt> Read(string path)
    {
        if (new FileInfo(path).Length > LargestFile)
            throw new InvalidDataException($"{path} has more than {LargestFile} bytes: no list of prompts is that long.");
        var text = File.ReadAllText(path);
        try
        {
            return Path.GetExtension(path).ToUpperInvariant() switch
            {
                ".TOML" => [.. OfToml(text, path)],
                ".JSON" => [.. OfJson(text, path)],
                _ => [.. text.ReplaceLineEndings("\n").Split('\n').Where(line => line.Trim().Length > 0 && line[0] != '#').Select(line => OfLine(line.Trim()))],
            };
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is no list of prompts as sd-scripts reads it: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>A line of a text file.</summary>
    public static SamplePrompt OfLine(string line)
    {
        var parts = line.Split(" --");
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["prompt"] = parts[0] };
        foreach (var part in parts.Skip(1))
        {
            var (letter, value) = Argument().Match(part) is { Success: true } match ? (match.Groups["letter"].Value.ToLowerInvariant(), match.Groups["value"].Value.Trim()) : (part, "");
            values[Letters.FirstOrDefault(known => known.Letter == letter).Name ?? "--" + letter] = value;
        }

        return Of(values);
    }

    /// <summary>The line of a text file that reads as a picture; null where none does.</summary>
    public static string? Line(SamplePrompt picture)
    {
        var line = string.Join(" --", Values(picture).Select(pair => pair.Key == "prompt" ? pair.Value : $"{Letters.First(known => known.Name == pair.Key).Letter} {pair.Value}"));
        return line.Length > 0 && line[0] != '#' && line.Trim() == line && !line.AsSpan().ContainsAny('\n', '\r') && OfLine(line) with { Others = picture.Others } == picture ? line : null;
    }

    /// <summary>Pictures as a list of JSON, in which any text can stand; numbers have the digits that a line has.</summary>
    public static string Json(IEnumerable<SamplePrompt> pictures) => new JsonArray([.. pictures.Select(picture => new JsonObject([.. Values(picture).Select(pair =>
        KeyValuePair.Create(pair.Key, pair.Key is "prompt" or "negative_prompt" or "sample_sampler" ? JsonValue.Create(pair.Value) : JsonNode.Parse(pair.Value)))]))]).ToJsonString(Readable);

    private static IEnumerable<KeyValuePair<string, string>> Values(SamplePrompt picture) => new[]
    {
        KeyValuePair.Create("prompt", picture.Prompt),
        KeyValuePair.Create("negative_prompt", picture.NegativePrompt ?? ""),
        KeyValuePair.Create("width", picture.Width?.ToString(CultureInfo.InvariantCulture) ?? ""),
        KeyValuePair.Create("height", picture.Height?.ToString(CultureInfo.InvariantCulture) ?? ""),
        KeyValuePair.Create("seed", picture.Seed?.ToString(CultureInfo.InvariantCulture) ?? ""),
        KeyValuePair.Create("scale", picture.Scale?.ToString("0.######", CultureInfo.InvariantCulture) ?? ""),
        KeyValuePair.Create("sample_steps", picture.Steps?.ToString(CultureInfo.InvariantCulture) ?? ""),
        KeyValuePair.Create("sample_sampler", picture.Sampler ?? ""),
    }.Where(pair => pair.Value.Length > 0 || pair.Key == "prompt");

    private static IEnumerable<SamplePrompt> OfToml(string text, string path)
    {
        var root = TomlText.Read(text, path, "list of prompts as sd-scripts reads it");
        if (!root.TryGetValue("prompt", out var found) || found is not TomlTable general || !general.TryGetValue("subset", out var subsets) || subsets is not TomlTableArray tables)
            throw new InvalidDataException($"{path} has no prompts; expected [prompt] with [[prompt.subset]] as sd-scripts reads them.");
        foreach (var table in tables)
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in general.Concat(table).Where(pair => pair.Key != "subset"))
                values[name] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            yield return Of(values);
        }
    }

    /// <summary>The fields of a mapping; of one that is there twice the last, as in Python.</summary>
    private static Dictionary<string, string> Fields(JsonElement item)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in item.EnumerateObject())
            fields[field.Name] = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText();
        return fields;
    }

    private static IEnumerable<SamplePrompt> OfJson(string text, string path)
    {
        using var document = JsonDocument.Parse(text);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException($"{path} is no list of prompts; expected a list of mappings or lines as sd-scripts reads it.");
        var pictures = new List<SamplePrompt>();
        foreach (var item in document.RootElement.EnumerateArray())
        {
            pictures.Add(item.ValueKind switch
            {
                JsonValueKind.String => OfLine(item.GetString()!),
                JsonValueKind.Object => Of(Fields(item)),
                _ => throw new InvalidDataException($"{path}: an item of the list is neither a mapping nor a line."),
            });
        }

        return pictures;
    }

    /// <summary>Of values by sd-scripts' names.</summary>
    public static SamplePrompt Of(IReadOnlyDictionary<string, string> values) => new()
    {
        Prompt = values.GetValueOrDefault("prompt", ""),
        NegativePrompt = values.GetValueOrDefault("negative_prompt"),
        Width = (int?)Whole(values, "width"),
        Height = (int?)Whole(values, "height"),
        Seed = Whole(values, "seed"),
        Steps = Whole(values, "sample_steps") is { } steps ? (int)Math.Clamp(steps, 1, 1000) : null,
        Scale = values.TryGetValue("scale", out var scale) && double.TryParse(scale, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null,
        Sampler = values.GetValueOrDefault("sample_sampler"),
        Others = [.. values.Keys.Where(name => name != "prompt" && Letters.All(known => known.Name != name))],
    };

    private static long? Whole(IReadOnlyDictionary<string, string> values, string name) =>
        values.TryGetValue(name, out var text) && Digits().Match(text) is { Success: true } match && long.TryParse(match.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= uint.MaxValue ? number : null;

    [GeneratedRegex(@"^(?<letter>[A-Za-z]+)\s+(?<value>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, Timeout.Infinite)]
    private static partial Regex Argument();

    [GeneratedRegex(@"^\d+", RegexOptions.None, Timeout.Infinite)]
    private static partial Regex Digits();
}
