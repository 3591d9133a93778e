using System.Text.Json.Serialization;
using Slipway.Engine.Files;

namespace Slipway.Pipeline.Commands.Comparisons;

/// <summary>A <see cref="Comparison"/> for machines: members in this order.</summary>
internal sealed record ComparisonDocument(
    string From,
    string To,
    IReadOnlyList<ComparisonDocument.Setting> Settings,
    IReadOnlyList<ComparisonDocument.MeasureOf> Measures,
    IReadOnlyList<PictureChange> Pictures,
    IReadOnlyList<string> Stages,
    IReadOnlyList<string> Notes,
    string? Picture)
{
    public static ComparisonDocument Of(Comparison comparison) => new(
        comparison.From,
        comparison.To,
        [.. comparison.Settings.Select(change => new Setting(change.IsFile ? change.Path : null, change.IsFile ? null : change.Path, change.From, change.To))],
        [.. comparison.Measures.Select(Document)],
        comparison.Pictures,
        comparison.Stages,
        comparison.Notes,
        comparison.Picture);

    private static MeasureOf Document(MeasureChange measure) => new(
        measure.Version, measure.Measure, measure.From, Interval(measure.FromInterval), measure.To, Interval(measure.ToInterval), measure.Difference, Interval(measure.Interval), measure.IsBeyondNoise);

    private static double[]? Interval((double Low, double High)? interval) => interval is { } range ? [range.Low, range.High] : null;

    /// <summary>A value of the plan, or a file.</summary>
    internal sealed record Setting(
        [property: JsonPropertyName("file"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? File,
        [property: JsonPropertyName("setting"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Path,
        string? From,
        string? To);

    /// <summary>A measure on both sides; an interval is [low, high].</summary>
    internal sealed record MeasureOf(
        string? Version, string Measure, double? From, double[]? FromInterval, double? To, double[]? ToInterval, double? Difference, double[]? Interval, bool? BeyondNoise);
}

[JsonSerializable(typeof(ComparisonDocument))]
internal sealed partial class ComparisonJson : JsonSerializerContext
{
    /// <summary>As it is written.</summary>
    public static ComparisonJson Readable { get; } = new(ReadableJson.NewOptions());
}
