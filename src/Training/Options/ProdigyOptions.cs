namespace Slipway.Training.Options;

/// <summary>Prodigy's constants under the names, and with the defaults, of its authors' implementation.</summary>
public sealed record ProdigyOptions
{
    /// <summary><c>betas</c>, the first: decay of the mean of gradients.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary><c>betas</c>, the second: decay of the mean of squared gradients.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Memory of the distance's estimate; null: √<see cref="Beta2"/>.</summary>
    public double? Beta3 { get; init; }

    /// <summary><c>eps</c>: added to the root of the second moment, so that nothing is divided by zero.</summary>
    public double Eps { get; init; } = 1e-8;

    /// <summary><c>weight_decay</c>: this share of each value, times the learning rate, is taken off at each step.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Weight decay as in AdamW; otherwise it goes into the gradients.</summary>
    public bool Decouple { get; init; } = true;

    /// <summary><c>use_bias_correction</c>: the means are corrected for having begun at zero, as in Adam.</summary>
    public bool UseBiasCorrection { get; init; }

    /// <summary>Keeps the learning rate out of the estimate's denominator, so that a warm-up does not inflate it.</summary>
    public bool SafeguardWarmup { get; init; }

    /// <summary>First estimate of the distance to the solution.</summary>
    public double D0 { get; init; } = 1e-6;

    /// <summary>Multiplies the estimate.</summary>
    public double DCoef { get; init; } = 1;

    /// <summary>The estimate grows by no more than this factor a step.</summary>
    public double GrowthRate { get; init; } = double.PositiveInfinity;

    internal static ProdigyOptions Read(OptimizerArguments arguments)
    {
        var defaults = new ProdigyOptions();
        var (beta1, beta2) = arguments.Pair("betas", (defaults.Beta1, defaults.Beta2), 1);
        return new()
        {
            Beta1 = beta1,
            Beta2 = beta2,
            Beta3 = arguments.OptionalNumber("beta3", 0, 1),
            Eps = arguments.Number("eps", defaults.Eps, double.Epsilon),
            WeightDecay = arguments.Number("weight_decay", defaults.WeightDecay),
            Decouple = arguments.Switch("decouple", defaults.Decouple),
            UseBiasCorrection = arguments.Switch("use_bias_correction", defaults.UseBiasCorrection),
            SafeguardWarmup = arguments.Switch("safeguard_warmup", defaults.SafeguardWarmup),
            D0 = arguments.Number("d0", defaults.D0, double.Epsilon),
            DCoef = arguments.Number("d_coef", defaults.DCoef, double.Epsilon),
            GrowthRate = arguments.Number("growth_rate", defaults.GrowthRate, 1),
        };
    }
}
