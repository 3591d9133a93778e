using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>Writes an imported version as the YAML of a plan.</summary>
internal static partial class VersionYaml
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The lines below <c>datasets:</c>.</summary>
    public static IEnumerable<string> Datasets(ImportedVersion version) => version.Datasets.SelectMany(dataset => Mapping(dataset.Key, dataset.Value));

    /// <summary>The lines below <c>versions:</c>.</summary>
    public static IEnumerable<string> Versions(ImportedVersion version)
    {
        var datasets = version.Datasets.Select(dataset => dataset.Key).ToList();
        yield return $"  {version.Name}:";
        if (datasets.Count > 0)
            yield return $"    dataset: {(datasets is [var only] ? only : $"[{string.Join(", ", datasets)}]")}";
        foreach (var (key, values) in version.Values)
            yield return $"    {key}: {Value(key, values)}";
    }

    /// <summary>Everything, with what belongs to the profile as comments.</summary>
    public static IEnumerable<string> Text(ImportedVersion version, string from)
    {
        yield return $"# From {from}.";
        foreach (var (key, value) in version.Profile)
            yield return $"# In the profile: {key}: {Scalar(value)}";
        if (version.Datasets.Count > 0)
        {
            yield return "datasets:";
            foreach (var line in Datasets(version))
                yield return line;
        }

        yield return "versions:";
        foreach (var line in Versions(version))
            yield return line;
        foreach (var line in version.Evaluation)
            yield return line;
    }

    private static IEnumerable<string> Mapping(string name, IReadOnlyDictionary<string, IReadOnlyList<string>> values) =>
        [$"  {name}:", .. values.Select(pair => $"    {pair.Key}: {Value(pair.Key, pair.Value)}")];

    // A list of one stays a list where the key's values are always several.
    private static string Value(string key, IReadOnlyList<string> values) =>
        values is [var only] && !PlanKeys.IsList(key) ? Scalar(only) : $"[{string.Join(", ", values.Select(Scalar))}]";

    /// <summary>A text as a value, in quotes where it needs some.</summary>
    public static string Scalar(string text) => Plain().IsMatch(text) && text is not ("null" or "~") ? text : Quoted(text);

    /// <summary>A text in quotes.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text, Json);

    [GeneratedRegex(@"^[A-Za-z0-9_./+-][A-Za-z0-9_./+=-]*$", RegexOptions.None, Timeout.Infinite)]
    private static partial Regex Plain();
}
