using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;
using Slipway.Tagging;

namespace Slipway.Pipeline.Jobs;

/// <summary>What was measured on one sample picture.</summary>
/// <param name="Version">Name of the version, or <c>base</c>.</param>
/// <param name="Kind">Kind of background that the prompt asked for.</param>
/// <param name="BackgroundFound">Whether the tagger finds that kind.</param>
/// <param name="MascotPresent">Whether the mascot is there.</param>
/// <param name="MascotScore">Its correlation, −1 to 1.</param>
/// <param name="FlatBackground">Whether the background, outside the mascot, is nearly one colour.</param>
/// <param name="NearWhiteBorder">Share of border pixels that are nearly white.</param>
internal sealed record SampleMeasures(
    string Version, string Kind, bool BackgroundFound, bool MascotPresent, double MascotScore, bool FlatBackground, double NearWhiteBorder);

/// <summary>Shares over a set of sample pictures, 0 to 1.</summary>
/// <param name="BackgroundRecall">Pictures in which the tagger finds the background that the prompt names.</param>
/// <param name="MascotPresence">Pictures in which the mascot is there.</param>
/// <param name="MascotScore">Mean correlation with the mascot, −1 to 1.</param>
/// <param name="FlatBackground">Pictures whose background is nearly one colour.</param>
/// <param name="NearWhiteBorder">Border pixels that are nearly white.</param>
/// <param name="Pictures">How many pictures.</param>
internal sealed record EvaluationFigures(
    double BackgroundRecall, double MascotPresence, double MascotScore, double FlatBackground, double NearWhiteBorder, int Pictures)
{
    public static EvaluationFigures Of(IEnumerable<SampleMeasures> samples)
    {
        var all = samples.ToArray();
        double Mean(Func<SampleMeasures, double> value) => Math.Round(all.Average(value), 4);
        return new EvaluationFigures(
            Mean(sample => sample.BackgroundFound ? 1 : 0),
            Mean(sample => sample.MascotPresent ? 1 : 0),
            Mean(sample => sample.MascotScore),
            Mean(sample => sample.FlatBackground ? 1 : 0),
            Mean(sample => sample.NearWhiteBorder),
            all.Length);
    }
}

/// <summary>The content of <c>evaluation.json</c>.</summary>
/// <param name="Versions">Figures by version.</param>
/// <param name="Backgrounds">Figures by kind of background, then by version.</param>
internal sealed record Evaluation(
    IReadOnlyDictionary<string, EvaluationFigures> Versions,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, EvaluationFigures>> Backgrounds)
{
    /// <summary>From which probability the tagger has found a background.</summary>
    public const double FoundFrom = 0.5;

    public static Evaluation Of(IReadOnlyList<SampleMeasures> samples) => new(
        Figures(samples),
        samples.GroupBy(sample => sample.Kind, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Figures(group), StringComparer.Ordinal));

    /// <summary>Measures a version's pictures.</summary>
    public static IEnumerable<SampleMeasures> Measure(
        string version, IReadOnlyList<(string Kind, Picture Picture)> pictures, Tagger tagger, MascotDetector detector)
    {
        var probabilities = tagger.Run([.. pictures.Select(item => item.Picture)]);
        foreach (var ((kind, picture), tags) in pictures.Zip(probabilities))
        {
            var match = detector.Find(picture);
            yield return new SampleMeasures(
                version,
                kind,
                tags[kind] >= FoundFrom,
                match.IsPresent,
                match.Score,
                Measures.IsFlat(picture, match.IsPresent ? match.Foreground : null),
                Measures.NearWhiteBorder(picture));
        }
    }

    public static Evaluation Parse(string json) => JsonSerializer.Deserialize(json, EvaluationJson.Default.Evaluation)!;

    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.Default.Evaluation) + "\n";

    private static IReadOnlyDictionary<string, EvaluationFigures> Figures(IEnumerable<SampleMeasures> samples)
        => samples.GroupBy(sample => sample.Version, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => EvaluationFigures.Of(group), StringComparer.Ordinal);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(Evaluation))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
