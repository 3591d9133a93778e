using System.Globalization;
using System.Text.Json;

namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>
/// An <c>evaluation.json</c> read by names alone, so that a measure that another version of Slipway knows is compared too, or told of. A measure
/// within another mapping, such as <c>embedding</c>, has both names: <c>embedding.drift</c>.
/// </summary>
public sealed class EvaluationDocument
{
    private const string Versions = "versions";
    private const string Backgrounds = "backgrounds";
    private const string Steps = "steps";
    private static readonly string[] SampleNames = ["version", "kind", "seed", "file"];
    private readonly Dictionary<(string Version, string Measure), (double Low, double High)> _intervals = [];
    private readonly List<(FigureName Name, double? Value)> _figures = [];
    private readonly List<SampleFigures> _samples = [];
    private readonly List<SampleFigures> _untriggered = [];

    private EvaluationDocument()
    {
    }

    /// <summary>All figures over several pictures, in the order of the file; null where one cannot be told.</summary>
    public IReadOnlyList<(FigureName Name, double? Value)> Figures => _figures;

    /// <summary>Every picture with its own figures, in the order of the file.</summary>
    public IReadOnlyList<SampleFigures> Samples => _samples;

    /// <summary>Every picture of a prompt without the trigger word, likewise.</summary>
    public IReadOnlyList<SampleFigures> Untriggered => _untriggered;

    /// <summary>Names of the versions, in the order of the file.</summary>
    public IReadOnlyList<string> Names => [.. _figures.Where(figure => figure.Name is { Kind: null, Step: null }).Select(figure => figure.Name.Version).Distinct(StringComparer.Ordinal)];

    /// <summary>The interval of 95 % of a version's measure; null where there is none.</summary>
    public (double Low, double High)? Interval(string version, string measure) => _intervals.TryGetValue((version, measure), out var interval) ? interval : null;

    /// <summary>The figures of a version over all its pictures, by measure.</summary>
    /// <param name="version">Name of the version, or <c>base</c>.</param>
    /// <param name="step">A saved step of it; null: the version itself.</param>
    public IReadOnlyDictionary<string, double?> Of(string version, int? step = null) =>
        _figures.Where(figure => figure.Name.Kind is null && figure.Name.Step == step?.ToString(CultureInfo.InvariantCulture) && figure.Name.Version == version).ToDictionary(figure => figure.Name.Measure, figure => figure.Value, StringComparer.Ordinal);

    /// <summary>Reads one.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static EvaluationDocument Parse(string json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var found = new EvaluationDocument();
            found.Read(document.RootElement);
            return found;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException($"{name} is no evaluation: {exception.Message.Split('\n')[0].TrimEnd('\r')}", exception);
        }
    }

    private void Read(JsonElement root)
    {
        foreach (var version in root.GetProperty(Versions).EnumerateObject())
            Add(new FigureName(version.Name, null, null, ""), version.Value);
        foreach (var kind in Members(root, Backgrounds))
            foreach (var version in kind.Value.EnumerateObject())
                Add(new FigureName(version.Name, kind.Name, null, ""), version.Value);
        foreach (var version in Members(root, Steps))
            foreach (var step in version.Value.EnumerateObject())
                Add(new FigureName(version.Name, null, step.Name, ""), step.Value);
        foreach (var version in Members(root, "intervals"))
            foreach (var measure in version.Value.EnumerateObject().Where(measure => measure.Value is { ValueKind: JsonValueKind.Array } && measure.Value.GetArrayLength() == 2))
                _intervals[(version.Name, measure.Name)] = (measure.Value[0].GetDouble(), measure.Value[1].GetDouble());
        if (root.TryGetProperty("samples", out var samples))
            _samples.AddRange(samples.EnumerateArray().Select(Sample));
        if (root.TryGetProperty("untriggered", out var untriggered))
            _untriggered.AddRange(untriggered.EnumerateArray().Select(Sample));
    }

    private static SampleFigures Sample(JsonElement sample)
    {
        var figures = new List<(string, double?)>();
        foreach (var member in sample.EnumerateObject().Where(member => !SampleNames.Contains(member.Name)))
            Flatten(member.Name, member.Value, figures);
        return new SampleFigures(
            sample.GetProperty("version").GetString()!, sample.GetProperty("kind").GetString()!, sample.GetProperty("seed").GetInt64(), sample.GetProperty("file").GetString()!, figures);
    }

    private void Add(FigureName name, JsonElement figures)
    {
        var found = new List<(string Measure, double? Value)>();
        foreach (var member in figures.EnumerateObject())
            Flatten(member.Name, member.Value, found);
        _figures.AddRange(found.Select(figure => (name with { Measure = figure.Measure }, figure.Value)));
    }

    private static void Flatten(string name, JsonElement value, List<(string, double?)> found)
    {
        if (value.ValueKind == JsonValueKind.Object)
            value.EnumerateObject().ToList().ForEach(member => Flatten($"{name}.{member.Name}", member.Value, found));
        else if (value.ValueKind is JsonValueKind.Number or JsonValueKind.Null)
            found.Add((name, value.ValueKind == JsonValueKind.Null ? null : value.GetDouble()));
        else if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            found.Add((name, value.GetBoolean() ? 1 : 0));
    }

    private static IEnumerable<JsonProperty> Members(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : [];
}

/// <summary>What a figure is of.</summary>
/// <param name="Version">Name of the version, or <c>base</c>.</param>
/// <param name="Kind">Kind of background; null: all of them.</param>
/// <param name="Step">A saved step of the version; null: the version itself.</param>
/// <param name="Measure">Name of the measure.</param>
public sealed record FigureName(string Version, string? Kind, string? Step, string Measure);

/// <summary>A sample picture with its own figures.</summary>
/// <param name="Version">Name of the version, or <c>base</c>.</param>
/// <param name="Kind">Kind of background that the prompt asks for.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="File">Where it is in the folder of all outputs.</param>
/// <param name="Figures">Measure and value; null where it cannot be told.</param>
public sealed record SampleFigures(string Version, string Kind, long Seed, string File, IReadOnlyList<(string Measure, double? Value)> Figures);
