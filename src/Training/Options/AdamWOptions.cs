using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>AdamW's constants; the defaults are PyTorch's and sd-scripts'.</summary>
public sealed record AdamWOptions
{
    /// <summary>Its options: what sd-scripts takes from <c>optimizer_args</c>.</summary>
    public static OptionTable<AdamWOptions> Declared { get; } = new(option =>
    [
        option.Number("adam_beta1", o => o.AdamBeta1, (o, v) => o with { AdamBeta1 = v }, 0, 1) with
        {
            Says = "AdamW's memory of the gradients.",
            Counterpart = Counterpart.OptimizerArgument,
        },
        option.Number("adam_beta2", o => o.AdamBeta2, (o, v) => o with { AdamBeta2 = v }, 0, 1) with
        {
            Says = "AdamW's memory of their squares.",
            Counterpart = Counterpart.OptimizerArgument,
        },
        option.Number("adam_eps", o => o.AdamEps, (o, v) => o with { AdamEps = v }, 0, 1) with
        {
            Says = "Added to AdamW's denominator.",
            Counterpart = Counterpart.OptimizerArgument,
        },
        option.Number("weight_decay", o => o.WeightDecay, (o, v) => o with { WeightDecay = v }, 0) with
        {
            Says = "AdamW's weight decay.",
            Counterpart = Counterpart.OptimizerArgument,
        },
    ]);

    /// <summary>Memory of the gradients.</summary>
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>Memory of their squares.</summary>
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator.</summary>
    public double AdamEps { get; init; } = 1e-8;

    /// <summary>Share of the values, times the rate, that each step takes away.</summary>
    public double WeightDecay { get; init; } = 0.01;

    internal AdamWOptions With(OptimizerArguments arguments)
    {
        var (beta1, beta2) = arguments.Pair("betas", (AdamBeta1, AdamBeta2), 1);
        return new() { AdamBeta1 = beta1, AdamBeta2 = beta2, AdamEps = arguments.Number("eps", AdamEps), WeightDecay = arguments.Number("weight_decay", WeightDecay) };
    }
}
