namespace Slipway.Training;

/// <summary>AdamW's constants; the defaults are PyTorch's and sd-scripts'.</summary>
public sealed record AdamWOptions
{
    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.999;

    public double Eps { get; init; } = 1e-8;

    public double WeightDecay { get; init; } = 0.01;
}
