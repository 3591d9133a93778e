namespace Slipway.Training.Options;

/// <summary>The constants of schedule-free AdamW under the names, and with the defaults, of its authors' implementation.</summary>
public sealed record ScheduleFreeOptions
{
    /// <summary>How far the point of the gradients is from z towards the average; above 0.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary><c>betas</c>, the second: decay of the mean of squared gradients.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary><c>eps</c>: added to the root of the second moment, so that nothing is divided by zero.</summary>
    public double Eps { get; init; } = 1e-8;

    /// <summary><c>weight_decay</c>: this share of each value, times the learning rate, is taken off at each step.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Steps over which the learning rate rises to its full size.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>Later steps weigh step^r in the average.</summary>
    public double R { get; init; }

    /// <summary>Steps weigh (greatest learning rate so far)^this in the average.</summary>
    public double WeightLrPower { get; init; } = 2;

    internal static ScheduleFreeOptions Read(OptimizerArguments arguments)
    {
        var defaults = new ScheduleFreeOptions();
        var (beta1, beta2) = arguments.Pair("betas", (defaults.Beta1, defaults.Beta2), 1);
        return new()
        {
            Beta1 = beta1,
            Beta2 = beta2,
            Eps = arguments.Number("eps", defaults.Eps),
            WeightDecay = arguments.Number("weight_decay", defaults.WeightDecay),
            WarmupSteps = arguments.Whole("warmup_steps", defaults.WarmupSteps),
            R = arguments.Number("r", defaults.R),
            WeightLrPower = arguments.Number("weight_lr_power", defaults.WeightLrPower),
        };
    }
}
