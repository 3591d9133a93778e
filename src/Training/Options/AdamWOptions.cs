namespace Slipway.Training.Options;

/// <summary>AdamW's constants; the defaults are PyTorch's and sd-scripts'.</summary>
public sealed record AdamWOptions
{
    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.999;

    public double Eps { get; init; } = 1e-8;

    public double WeightDecay { get; init; } = 0.01;

    internal AdamWOptions With(OptimizerArguments arguments)
    {
        var (beta1, beta2) = arguments.Pair("betas", (Beta1, Beta2), 1);
        return new() { Beta1 = beta1, Beta2 = beta2, Eps = arguments.Number("eps", Eps), WeightDecay = arguments.Number("weight_decay", WeightDecay) };
    }
}
