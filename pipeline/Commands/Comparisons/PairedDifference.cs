using Slipway.Pipeline.Commands.Snapshots;

namespace Slipway.Pipeline.Commands.Comparisons;

/// <summary>
/// The interval of 95 % of the mean difference between pictures of the same prompt and seed, by the bootstrap over seeds (Efron 1979; percentiles):
/// pictures of one seed share their noise, so that seeds are drawn and not pictures. The draws are seeded: equal figures give equal intervals.
/// </summary>
internal static class PairedDifference
{
    private const int Draws = 2000;
    private const ulong Seed = 0x9E3779B97F4A7C15;

    /// <summary>The interval; null where fewer than two seeds have the measure on both sides.</summary>
    /// <param name="before">Pictures of one side.</param>
    /// <param name="after">Pictures of the other.</param>
    /// <param name="measure">Name of the measure.</param>
    public static (double Low, double High)? Of(IEnumerable<SampleFigures> before, IEnumerable<SampleFigures> after, string measure)
    {
        var old = Values(before, measure);
        var seeds = Values(after, measure).Where(value => old.ContainsKey(value.Key)).GroupBy(value => value.Key.Seed, value => value.Value - old[value.Key])
            .OrderBy(group => group.Key).Select(group => (Sum: group.Sum(), Count: group.Count())).ToArray();
        if (seeds.Length < 2)
            return null;
        var state = Seed;
        var means = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var (sum, count) = (0.0, 0);
            for (var i = 0; i < seeds.Length; i++)
            {
                var seed = seeds[(int)(Next(ref state) % (ulong)seeds.Length)];
                (sum, count) = (sum + seed.Sum, count + seed.Count);
            }

            means[draw] = sum / count;
        }

        Array.Sort(means);
        return (Math.Round(means[Draws / 40], 4), Math.Round(means[Draws - 1 - (Draws / 40)], 4));
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

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014).</summary>
    private static ulong Next(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
