namespace Slipway.Demo.Learning;

/// <summary>A linear warm-up, then half a cosine down to a twentieth.</summary>
internal sealed record CosineRate(double Peak, int WarmUp, int Steps)
{
    public double At(int step) => step < WarmUp
        ? Peak * (step + 1) / WarmUp
        : Peak * (0.05 + (0.95 * 0.5 * (1 + Math.Cos(Math.PI * (step - WarmUp) / Math.Max(1, Steps - WarmUp)))));
}
