namespace Slipway.Training.Options;

/// <summary>AdamW's constants; the defaults are PyTorch's and sd-scripts'.</summary>
public sealed record AdamWOptions
{
    /// <summary><c>betas</c>, the first: decay of the mean of gradients.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary><c>betas</c>, the second: decay of the mean of squared gradients.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary><c>eps</c>: added to the root of the second moment, so that nothing is divided by zero.</summary>
    public double Eps { get; init; } = 1e-8;

    /// <summary><c>weight_decay</c>: this share of each value, times the learning rate, is taken off at each step.</summary>
    public double WeightDecay { get; init; } = 0.01;

    internal AdamWOptions With(OptimizerArguments arguments)
    {
        var (beta1, beta2) = arguments.Pair("betas", (Beta1, Beta2), 1);
        return new() { Beta1 = beta1, Beta2 = beta2, Eps = arguments.Number("eps", Eps), WeightDecay = arguments.Number("weight_decay", WeightDecay) };
    }
}
