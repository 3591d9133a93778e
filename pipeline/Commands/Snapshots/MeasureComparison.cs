using System.Globalization;

namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>Compares the figures of two evaluations by their names.</summary>
internal sealed class MeasureComparison
{
    /// <summary>By how much the last bits may move a figure that has no interval, or one without width, as a share of 1.</summary>
    private const double Rounding = 0.025;

    private readonly List<SnapshotFinding> _findings = [];
    private readonly List<string> _notes = [];

    /// <param name="accepted">What was accepted.</param>
    /// <param name="now">What there is.</param>
    /// <param name="isExact">Whether figures must be equal; else those over all pictures of a version must lie within their intervals.</param>
    public MeasureComparison(EvaluationDocument accepted, EvaluationDocument now, bool isExact)
    {
        var values = now.Figures.DistinctBy(figure => figure.Name).ToDictionary(figure => figure.Name, figure => figure.Value);
        foreach (var (name, from) in accepted.Figures.Where(figure => isExact || figure.Name.Kind is null))
        {
            Compared++;
            var isThere = values.TryGetValue(name, out var to);
            if (isThere ? from != to && (isExact || !IsWithin(accepted, name, from, to)) : from is not null)
                Add(accepted, name, from, to, isThere, isExact);
        }

        var known = accepted.Figures.Select(figure => figure.Name.Measure).ToHashSet(StringComparer.Ordinal);
        foreach (var measure in now.Figures.Where(figure => figure.Value is not null).Select(figure => figure.Name.Measure).Distinct(StringComparer.Ordinal).Where(measure => !known.Contains(measure)))
            _notes.Add($"{measure} is measured now and was not accepted yet");
        // A picture that is missing is said of the pictures.
    }

    /// <summary>What is not as accepted: figures over all pictures of a version first.</summary>
    public IReadOnlyList<SnapshotFinding> Findings => [.. _findings.OrderBy(finding => finding.Kind is null ? 0 : 1)];

    /// <summary>What is no difference.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Figures that were compared.</summary>
    public int Compared { get; }

    /// <summary>A figure in words.</summary>
    public static string Text(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "not told";

    private static bool IsWithin(EvaluationDocument accepted, FigureName name, double? from, double? to)
    {
        if (from is not { } a || to is not { } b)
            return false;
        var interval = name.Step is null ? accepted.Interval(name.Version, name.Measure) : null;
        return Math.Abs(a - b) <= Rounding || (interval is { } range && b >= range.Low && b <= range.High);
    }

    private void Add(EvaluationDocument accepted, FigureName name, double? from, double? to, bool isThere, bool isExact)
    {
        var what = string.Join(", ", new[] { name.Version, name.Step is null ? null : $"step {name.Step}", name.Kind }.OfType<string>());
        var range = !isExact && name.Step is null && accepted.Interval(name.Version, name.Measure) is { } interval
            ? string.Create(CultureInfo.InvariantCulture, $", outside of {interval.Low:0.####} to {interval.High:0.####}")
            : "";
        _findings.Add(new SnapshotFinding(SnapshotPart.Measure, $"{what}: {name.Measure} {Text(from)} → {(isThere ? Text(to) : "not measured")}{range}")
        {
            Version = name.Version,
            Kind = name.Kind,
            Measure = name.Measure,
            From = Text(from),
            To = isThere ? Text(to) : null,
        });
    }
}
