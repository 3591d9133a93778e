using Slipway.Imaging.Measuring;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Jobs;

namespace Slipway.Pipeline.Commands.Comparisons;

/// <summary>
/// The interval of 95 % of the mean difference between pictures of the same prompt and seed: <see cref="SeedBootstrap"/> over the units of
/// <see cref="SeedMeans"/>, so that <c>Compare</c> says of two versions what <c>evaluation.json</c> says of them.
/// </summary>
internal static class PairedDifference
{
    /// <summary>The interval; null where fewer than two seeds have the measure on both sides.</summary>
    /// <param name="before">Pictures of one side.</param>
    /// <param name="after">Pictures of the other.</param>
    /// <param name="measure">Name of the measure.</param>
    public static (double Low, double High)? Of(IReadOnlyList<SampleFigures> before, IReadOnlyList<SampleFigures> after, string measure)
    {
        var (old, units) = (Values(before, measure), SeedMeans.Units(after.Select(sample => sample.Kind), measure));
        var differences = Values(after, measure).Where(value => old.ContainsKey(value.Key))
            .GroupBy(value => units(value.Key.Kind, value.Key.Seed), value => value.Value - old[value.Key])
            .OrderBy(group => group.Key).Select(group => group.Average()).ToArray();
        return SeedBootstrap.Interval(differences) is var (low, high) ? (Math.Round(low, 4), Math.Round(high, 4)) : null;
    }

    private static Dictionary<(string Kind, long Seed), double> Values(IEnumerable<SampleFigures> samples, string measure)
    {
        var found = new Dictionary<(string, long), double>();
        foreach (var sample in samples)
        {
            if (sample.Figures.FirstOrDefault(figure => figure.Measure == measure).Value is { } value)
                found[(sample.Kind, sample.Seed)] = value;
        }

        return found;
    }
}
