namespace Slipway.Training.Options;

/// <summary>Lion's constants; the defaults are the paper's, and no weight decay.</summary>
public sealed record LionOptions
{
    /// <summary><c>betas</c>, the first: share of the moment in the direction of a step.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary><c>betas</c>, the second: decay of the moment.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary><c>weight_decay</c>: this share of each value, times the learning rate, is taken off at each step.</summary>
    public double WeightDecay { get; init; }

    internal static LionOptions Read(OptimizerArguments arguments)
    {
        var defaults = new LionOptions();
        var (beta1, beta2) = arguments.Pair("betas", (defaults.Beta1, defaults.Beta2), 1);
        return new() { Beta1 = beta1, Beta2 = beta2, WeightDecay = arguments.Number("weight_decay", defaults.WeightDecay) };
    }
}
