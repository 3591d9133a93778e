namespace Slipway.Training.Optimizers;

/// <summary>
/// The 256 numbers of dynamic tree quantisation (Dettmers et al. 2021, "8-bit Optimizers via Block-wise Quantization", section 2.2), as bitsandbytes lays
/// them out: seven powers of ten from 1e-6 to 1, each with twice as many steps as the one below, at the middles of equal parts; and 0 and 1.
/// </summary>
internal static class DynamicMap
{
    private const int Powers = 7;

    /// <summary>From −0.993 to 1, for what has a sign.</summary>
    public static float[] Signed { get; } = Sorted(isSigned: true);

    /// <summary>From 0 to 1, the bit of the sign being one more of the fraction.</summary>
    public static float[] Unsigned { get; } = Sorted(isSigned: false);

    private static float[] Sorted(bool isSigned) => [.. Values(isSigned).Order()];

    private static IEnumerable<float> Values(bool isSigned)
    {
        for (var power = 0; power < Powers; power++)
        {
            var steps = 1 << (isSigned ? power : power + 1);
            var scale = Math.Pow(10, power + 1 - Powers);
            for (var step = 0; step < steps; step++)
            {
                var middle = (float)(scale * (0.1 + (0.9 * (step + 0.5) / steps)));
                yield return middle;
                if (isSigned)
                    yield return -middle;
            }
        }

        yield return 0;
        yield return 1;
    }
}
