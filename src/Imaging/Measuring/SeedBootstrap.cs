using Slipway.Imaging.Compositing;

namespace Slipway.Imaging.Measuring;

/// <summary>
/// Intervals of 95 % of a mean over seeds: the percentile bootstrap (Efron 1979) over the seeds' own means.
/// <list type="bullet">
/// <item>Seeds are drawn and not pictures: pictures of one seed share their noise and have much in common, so that they are no independent witnesses.</item>
/// <item>Prompts are not drawn: a plan names those that it is about, and nothing is said of others. So a seed's mean is over all prompts.</item>
/// <item>A difference is taken seed by seed before anything is drawn: both sides have drawn the same seeds, and what is easy or hard about one of them is
/// no difference between the sides.</item>
/// <item>Few seeds give too narrow percentiles: those of four or five numbers hold the true mean in about 85 of 100 cases. So the interval is widened about its
/// mean by √(n/(n − 1)), since percentiles divide by n, and by Student's quantile with n − 1 degrees of freedom over the normal one.</item>
/// <item>What lies between seeds, such as their diversity, has no mean of a seed; its units are the prompts, and so it is said of other prompts too.</item>
/// </list>
/// One seed gives no interval; seeds that all agree give one without width. The draws are seeded: equal figures give equal intervals.
/// </summary>
public static class SeedBootstrap
{
    private const int Draws = 2000;
    private const ulong Seed = 0x626F6F74;
    private const double Normal = 1.959964;

    // Student's quantiles at 97.5 % for 1 to 30 degrees of freedom.
    private static readonly double[] Student =
    [
        12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604, 2.1448, 2.1314,
        2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
    ];

    /// <summary>The interval; null for fewer than two seeds.</summary>
    /// <param name="means">A mean for each seed.</param>
    public static (double Low, double High)? Interval(IReadOnlyList<double> means)
    {
        var n = means.Count;
        if (n < 2)
            return null;
        var draws = new SeededDraws(Seed);
        var sums = new double[Draws];
        for (var i = 0; i < Draws; i++)
        {
            for (var k = 0; k < n; k++)
                sums[i] += means[Math.Min(n - 1, (int)draws.Between(0, n))];
            sums[i] /= n;
        }

        Array.Sort(sums);
        var mean = means.Average();
        var wider = Math.Sqrt((double)n / (n - 1)) * (n - 1 <= Student.Length ? Student[n - 2] : Normal) / Normal;
        return (mean + (wider * (sums[(int)(0.025 * Draws)] - mean)), mean + (wider * (sums[(int)(0.975 * Draws) - 1] - mean)));
    }
}
