namespace Slipway.Diffusion.UNets;

/// <summary>
/// The frequencies of sinusoidal embeddings, 10000^(−i/half), to the last bit as the reference has them. Libraries' exp in
/// float32 differ by a bit, and sizes of thousands of pixels make that the fourth digit of a sine; so this is the exp
/// of SLEEF (Shibata and Petrogalli 2020, <c>expf</c> within one unit in the last place), the same on every machine and device.
/// </summary>
internal static class SinusoidFrequencies
{
    private const float LogOf2High = 0.693145751953125f;
    private const float LogOf2Low = 1.428606765330187045e-06f;
    private const float InverseLogOf2 = 1.442695040888963407f;

    // Of the polynomial for e^s, from the sixth power down to the square.
    private static readonly float[] Coefficients =
        [0.000198527617612853646f, 0.00139304355252534151f, 0.00833336077630519867f, 0.0416664853692054749f, 0.166666671633720398f, 0.5f];

    /// <param name="half">Number of frequencies.</param>
    public static float[] Compute(int half)
    {
        var frequencies = new float[half];
        for (var i = 0; i < half; i++)
            frequencies[i] = Exp((float)-Math.Log(10000) * i / half);

        return frequencies;
    }

    private static float Exp(float x)
    {
        var doublings = MathF.Round(x * InverseLogOf2, MidpointRounding.ToEven);
        var rest = MathF.FusedMultiplyAdd(doublings, -LogOf2Low, MathF.FusedMultiplyAdd(doublings, -LogOf2High, x));
        var sum = Coefficients[0];
        foreach (var coefficient in Coefficients.AsSpan(1))
            sum = MathF.FusedMultiplyAdd(sum, rest, coefficient);

        return MathF.ScaleB(1 + MathF.FusedMultiplyAdd(rest * rest, sum, rest), (int)doublings);
    }
}
