using Slipway.Imaging.Measuring;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// A version's measures by seed, from which follow intervals; diversity, which lies between seeds, by prompt.
/// </summary>
/// <param name="Means">By measure: the mean over all pictures of a seed, or of a prompt's number.</param>
internal sealed record SeedMeans(IReadOnlyDictionary<string, IReadOnlyDictionary<long, double>> Means)
{
    private const double Noise = 1e-9;

    private static readonly string[] BetweenSeeds = ["diversity", "embedding.diversity"];

    /// <param name="samples">The version's samples.</param>
    /// <param name="untriggered">Those of prompts without the trigger word.</param>
    public static SeedMeans Of(IReadOnlyList<SampleMeasures> samples, IReadOnlyList<SampleMeasures> untriggered)
    {
        var means = new Dictionary<string, IReadOnlyDictionary<long, double>>(StringComparer.Ordinal);
        foreach (var (name, of) in EvaluationFigures.Measures)
        {
            var unit = Units(samples.Select(sample => sample.Kind), name);
            var bySeed = samples.Concat(untriggered)
                .Select(sample => (Unit: unit(sample.Kind, sample.Seed), Value: of(sample.Figures)))
                .Where(pair => pair.Value is not null)
                .GroupBy(pair => pair.Unit)
                .ToDictionary(group => group.Key, group => group.Average(pair => pair.Value!.Value));
            if (bySeed.Count > 0)
                means[name] = bySeed;
        }

        return new SeedMeans(means);
    }

    /// <summary>What is drawn anew for a measure's interval: the seed of a picture; of what lies between seeds the number of its prompt.</summary>
    /// <param name="kinds">The kind of background of each picture, in their order.</param>
    /// <param name="measure">Name of the measure.</param>
    public static Func<string, long, long> Units(IEnumerable<string> kinds, string measure)
    {
        if (!BetweenSeeds.Contains(measure))
            return (_, seed) => seed;
        string[] prompts = [.. kinds.Distinct(StringComparer.Ordinal)];
        return (kind, _) => Array.IndexOf(prompts, kind);
    }

    /// <summary>By measure: its interval; without those that have none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Intervals() => Means
        .Select(measure => (measure.Key, Interval: SeedBootstrap.Interval([.. measure.Value.OrderBy(pair => pair.Key).Select(pair => pair.Value)])))
        .Where(measure => measure.Interval is not null)
        .ToDictionary(measure => measure.Key, measure => Within(measure.Key, measure.Interval!.Value), StringComparer.Ordinal);

    // Of a share there is nothing beyond 0 and 1.
    private static IReadOnlyList<double> Within(string measure, (double Low, double High) interval) =>
        EvaluationFigures.IsShare(measure)
            ? [Math.Round(Math.Clamp(interval.Low, 0, 1), 4), Math.Round(Math.Clamp(interval.High, 0, 1), 4)]
            : [Math.Round(interval.Low, 4), Math.Round(interval.High, 4)];

    /// <summary>By measure: what it is more than another version's, of the seeds that both have.</summary>
    public IReadOnlyDictionary<string, MeasureDifference> Differences(SeedMeans others)
    {
        var differences = new Dictionary<string, MeasureDifference>(StringComparer.Ordinal);
        foreach (var (measure, means) in Means)
        {
            if (!others.Means.TryGetValue(measure, out var theirs))
                continue;
            double[] bySeed = [.. means.Where(pair => theirs.ContainsKey(pair.Key)).OrderBy(pair => pair.Key).Select(pair => pair.Value - theirs[pair.Key])];
            if (bySeed.Length == 0)
                continue;
            var interval = SeedBootstrap.Interval(bySeed);
            differences[measure] = new MeasureDifference(
                Math.Round(bySeed.Average(), 4),
                interval is { } from ? Math.Round(from.Low, 4) : null,
                interval is { } to ? Math.Round(to.High, 4) : null,
                interval is { } known && (known.Low > Noise || known.High < -Noise));
        }

        return differences;
    }
}
