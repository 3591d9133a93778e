using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Slipway.Pipeline.Jobs;

/// <summary>What was measured on one sample picture: a share is 0 or 1 here.</summary>
/// <param name="Version">Name of the version, or <c>base</c>.</param>
/// <param name="Kind">Kind of background that the prompt asked for.</param>
/// <param name="Seed">The picture's seed.</param>
/// <param name="File">Where it is in the folder of all outputs, such as <c>samples/v01/beach_11.png</c>.</param>
/// <param name="Figures">The measures.</param>
[JsonConverter(typeof(SampleMeasuresConverter))]
internal sealed record SampleMeasures(string Version, string Kind, long Seed, string File, EvaluationFigures Figures);

/// <summary>Whether a sprite can be looked for.</summary>
/// <param name="Threshold">From which score the mascot counts as present; null where it cannot be told.</param>
/// <param name="CanBeTold">Whether pictures with it and pictures without it differ in the score.</param>
/// <param name="Reason">Why not; null where it can be told.</param>
internal sealed record MascotFigures(double? Threshold, bool CanBeTold, string? Reason);

/// <summary>A version's measure against that of the base model.</summary>
/// <param name="Difference">The version's minus the base model's.</param>
/// <param name="Low">Lower end of its interval of 95 %; null where there is only one seed.</param>
/// <param name="High">Upper end.</param>
/// <param name="BeyondNoise">Whether the interval lies on one side of 0.</param>
internal sealed record MeasureDifference(double Difference, double? Low, double? High, bool BeyondNoise);

/// <summary>The content of <c>evaluation.json</c>. All numbers are finite; what cannot be told is null.</summary>
/// <param name="Versions">Figures by version, those of the base model first.</param>
/// <param name="Backgrounds">Figures by kind of background, then by version.</param>
internal sealed record Evaluation(
    IReadOnlyDictionary<string, EvaluationFigures> Versions,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, EvaluationFigures>> Backgrounds)
{
    /// <summary>From which probability the tagger has found a background.</summary>
    public const double FoundFrom = 0.5;

    /// <summary>By version and measure: the interval of 95 % [low, high] of a seeded bootstrap over seeds. A measure without one is not there.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<double>>> Intervals { get; init; } = Empty<IReadOnlyDictionary<string, IReadOnlyList<double>>>();

    /// <summary>By version and measure: against the base model.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, MeasureDifference>> Differences { get; init; } = Empty<IReadOnlyDictionary<string, MeasureDifference>>();

    /// <summary>By version and measure: why it is null.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Reasons { get; init; } = Empty<IReadOnlyDictionary<string, string>>();

    /// <summary>Whether the mascot can be looked for.</summary>
    public MascotFigures Mascot { get; init; } = new(null, CanBeTold: true, null);

    /// <summary>By version: figures by its saved steps, smaller steps first; without versions that save nothing on the way.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, EvaluationFigures>> Steps { get; init; } = Empty<IReadOnlyDictionary<string, EvaluationFigures>>();

    /// <summary>Every picture, in the order of the versions, kinds and seeds.</summary>
    public IReadOnlyList<SampleMeasures> Samples { get; init; } = [];

    /// <summary>Every picture of a prompt without the trigger word: <c>drift</c> and <c>uninvited</c>, in the same order.</summary>
    public IReadOnlyList<SampleMeasures> Untriggered { get; init; } = [];

    /// <summary>What follows from all pictures.</summary>
    /// <param name="mascot">Whether the mascot can be looked for.</param>
    /// <param name="versions">The measured pictures, those of the base model first.</param>
    /// <param name="steps">Those of what the versions saved on the way, each of one seed.</param>
    public static Evaluation Of(MascotFigures mascot, IReadOnlyList<MeasuredVersion> versions, params IReadOnlyList<MeasuredStep> steps)
    {
        var without = versions[0];
        var samples = versions.SelectMany(version => version.Of(without)).ToArray();
        var untriggered = versions.SelectMany(version => version.OfUntriggered(without)).ToArray();
        var kinds = samples.Select(sample => sample.Kind).Distinct(StringComparer.Ordinal);
        var figures = Figures(samples, untriggered);
        var seeds = versions.ToDictionary(version => version.Name, version => SeedMeans.Of(Of(samples, version.Name), Of(untriggered, version.Name)), StringComparer.Ordinal);
        return new(figures, kinds.ToDictionary(kind => kind, kind => Figures(OfKind(samples, kind), OfKind(untriggered, kind)), StringComparer.Ordinal))
        {
            Mascot = mascot,
            Intervals = seeds.ToDictionary(version => version.Key, version => version.Value.Intervals(), StringComparer.Ordinal),
            Differences = versions.Skip(1).ToDictionary(version => version.Name, version => seeds[version.Name].Differences(seeds[without.Name]), StringComparer.Ordinal),
            Reasons = versions.ToDictionary(version => version.Name, version => version.Reasons(figures[version.Name], version == without), StringComparer.Ordinal),
            Steps = steps.GroupBy(step => step.Measured.Name, StringComparer.Ordinal).ToDictionary(version => version.Key, version => Figures(version, without), StringComparer.Ordinal),
            Samples = samples,
            Untriggered = untriggered,
        };
    }

    public static Evaluation Parse(string json) => JsonSerializer.Deserialize(json, EvaluationJson.Default.Evaluation)!;

    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.Default.Evaluation) + "\n";

    private static Dictionary<string, T> Empty<T>() => new(StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, EvaluationFigures> Figures(IReadOnlyList<SampleMeasures> samples, IReadOnlyList<SampleMeasures> untriggered) =>
        samples.Select(sample => sample.Version).Distinct(StringComparer.Ordinal)
            .ToDictionary(version => version, version => Figures(Figures(Of(samples, version)), Figures(Of(untriggered, version))), StringComparer.Ordinal);

    /// <summary>Figures of the steps of a version, each against the base model's pictures of its seed.</summary>
    private static IReadOnlyDictionary<string, EvaluationFigures> Figures(IEnumerable<MeasuredStep> steps, MeasuredVersion without) =>
        steps.OrderBy(step => step.Step).DistinctBy(step => step.Step)
            .ToDictionary(step => step.Step.ToString(CultureInfo.InvariantCulture), step => Figures(step.Measured, without.At(step.Measured.Samples[0].Seed)), StringComparer.Ordinal);

    private static EvaluationFigures Figures(MeasuredVersion version, MeasuredVersion without) => Figures(Figures(version.Of(without)), Figures(version.OfUntriggered(without)));

    private static EvaluationFigures Figures(IEnumerable<EvaluationFigures> samples, IEnumerable<EvaluationFigures> untriggered)
    {
        var (drawn, drifted) = (EvaluationFigures.Of(samples), EvaluationFigures.Of(untriggered));
        return drawn with { Drift = drifted.Drift, Uninvited = drifted.Uninvited, Embedding = drawn.Embedding is { } embedding ? embedding with { Drift = drifted.Embedding?.Drift } : null };
    }

    private static IEnumerable<EvaluationFigures> Figures(IEnumerable<SampleMeasures> samples) => samples.Select(sample => sample.Figures);

    private static SampleMeasures[] OfKind(IEnumerable<SampleMeasures> samples, string kind) => [.. samples.Where(sample => sample.Kind == kind)];

    private static SampleMeasures[] Of(IEnumerable<SampleMeasures> samples, string version) => [.. samples.Where(sample => sample.Version == version)];
}

/// <summary>Writes a picture's measures beside its name, and not in a mapping of their own: a record has no other's members among its own.</summary>
internal sealed class SampleMeasuresConverter : JsonConverter<SampleMeasures>
{
    public override SampleMeasures Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        return new SampleMeasures(
            root.GetProperty("version").GetString()!,
            root.GetProperty("kind").GetString()!,
            root.GetProperty("seed").GetInt64(),
            root.GetProperty("file").GetString()!,
            root.Deserialize(EvaluationJson.Default.EvaluationFigures)!);
    }

    public override void Write(Utf8JsonWriter writer, SampleMeasures value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("version", value.Version);
        writer.WriteString("kind", value.Kind);
        writer.WriteNumber("seed", value.Seed);
        writer.WriteString("file", value.File);
        foreach (var property in JsonSerializer.SerializeToElement(value.Figures, EvaluationJson.Default.EvaluationFigures).EnumerateObject())
            property.WriteTo(writer);
        writer.WriteEndObject();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(Evaluation))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
