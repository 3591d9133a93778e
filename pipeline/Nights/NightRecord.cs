using System.Text.Json;
using System.Text.Json.Serialization;

namespace Slipway.Pipeline.Nights;

/// <summary>What is kept of a night: a line of JSON.</summary>
/// <param name="Date">Its date.</param>
/// <param name="Profile">Name of the plan's profile.</param>
/// <param name="Code">Its exit code.</param>
/// <param name="Finished">Whether all was done.</param>
/// <param name="Measures">By version and measure; null where a measure could not be told.</param>
/// <param name="Intervals">By version and measure: the interval of 95 %, [low, high].</param>
internal sealed record NightRecord(
    DateOnly Date,
    string Profile,
    int Code,
    bool Finished,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double?>> Measures,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<double>>> Intervals)
{
    public static NightRecord Of(NightReport report) => new(
        report.Date,
        report.Profile ?? "",
        report.Code,
        report.IsFinished,
        report.Results.Versions.ToDictionary(version => version.Version, version => version.Measures, StringComparer.Ordinal),
        report.Results.Versions.ToDictionary(version => version.Version, version => version.Intervals, StringComparer.Ordinal));

    public string ToJson() => JsonSerializer.Serialize(this, NightJson.Default.NightRecord);

    /// <summary>Reads a line; null for one that is damaged.</summary>
    public static NightRecord? TryParse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, NightJson.Default.NightRecord) is { } record && record.IsWhole ? record : null;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private bool IsWhole => this is { Profile: not null, Measures: not null, Intervals: not null }
        && Measures.Values.All(measures => measures is not null && measures.Values.All(value => value is null || double.IsFinite(value.Value)))
        && Intervals.Values.All(intervals => intervals is not null && intervals.Values.All(ends => ends is [var low, var high] && double.IsFinite(low) && double.IsFinite(high)));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(NightRecord))]
internal sealed partial class NightJson : JsonSerializerContext;
