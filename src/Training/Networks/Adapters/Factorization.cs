namespace Slipway.Training.Networks.Adapters;

/// <summary>LyCORIS' rule for how LoKr cuts a side of a weight in two.</summary>
internal static class Factorization
{
    /// <summary>
    /// A side as small · large. Where <paramref name="factor"/> divides it, it is one of the two; else small is the largest
    /// divisor that is neither above the factor nor above the side's root. −1 leaves the root as the only limit.
    /// </summary>
    /// <param name="side">Number of inputs or outputs.</param>
    /// <param name="factor">LoKr's <c>factor</c>; −1 for none.</param>
    public static (int Small, int Large) Of(int side, int factor)
    {
        var small = factor > 0 && side % factor == 0 ? Math.Min(factor, side / factor) : LargestDivisor(side, factor < 0 ? side : factor);
        return (small, side / small);
    }

    private static int LargestDivisor(int side, int limit)
    {
        var divisor = Math.Max(1, Math.Min(limit, (int)Math.Sqrt(side)));
        while (side % divisor != 0)
            divisor--;
        return divisor;
    }
}
