using System.Globalization;
using Slipway.Pipeline.Runs;

namespace Slipway.Pipeline.Nights;

/// <summary>
/// What is usual: of each version and measure, the span of the intervals that the last nights gave. A measure without an interval, such as that
/// of a single seed, spans the nights' values.
/// </summary>
/// <param name="nights">The nights of the same profile that measured something, the latest last.</param>
internal sealed class UsualMeasures(IReadOnlyList<NightRecord> nights)
{
    /// <summary>How many nights back.</summary>
    public const int Nights = 7;

    /// <summary>Rounding, of values with four decimals.</summary>
    private const double Tolerance = 1e-6;

    private readonly IReadOnlyList<NightRecord> _nights = [.. nights.TakeLast(Nights)];

    /// <summary>What has left its interval, a sentence each: from the night before to now.</summary>
    public IEnumerable<string> Left(IReadOnlyList<VersionMeasures> now) =>
        from version in now
        from measure in version.Measures
        let sentence = Left(version.Version, measure.Key, measure.Value)
        where sentence is not null
        select sentence;

    private string? Left(string version, string measure, double? now)
    {
        var before = _nights.Where(night => night.Measures.GetValueOrDefault(version)?.ContainsKey(measure) == true).ToList();
        var spans = before.Select(night => Span(night, version, measure)).OfType<(double Low, double High)>().ToList();
        if (spans.Count == 0)
            return null;
        var last = before[^1].Measures[version][measure];
        if (now is not { } value)
            return last is null ? null : $"{version} {measure}: {Text(last)} → cannot be told";
        var (low, high) = (spans.Min(span => span.Low), spans.Max(span => span.High));
        return value >= low - Tolerance && value <= high + Tolerance
            ? null
            : $"{version} {measure}: {Text(last)} → {Text(value)} (usual: {(high - low < Tolerance ? Text(low) : $"{Text(low)} to {Text(high)}")})";
    }

    private static (double Low, double High)? Span(NightRecord night, string version, string measure)
    {
        if (night.Measures[version][measure] is not { } value)
            return null;
        return night.Intervals.GetValueOrDefault(version)?.GetValueOrDefault(measure) is [var low, var high] ? (Math.Min(low, value), Math.Max(high, value)) : (value, value);
    }

    /// <summary>A figure for people.</summary>
    public static string Text(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "cannot be told";
}
