using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>Adafactor's constants under the names, and with the defaults, of Hugging Face's implementation.</summary>
public sealed record AdafactorOptions : IConstants
{
    /// <summary>Added to the squared gradients.</summary>
    public double Eps1 { get; init; } = 1e-30;

    /// <summary>Least size of a parameter for <see cref="ScaleParameter"/>.</summary>
    public double Eps2 { get; init; } = 1e-3;

    /// <summary>Greatest root mean square of a parameter's update before its learning rate.</summary>
    public double ClipThreshold { get; init; } = 1;

    /// <summary>The second moments' memory at step t is 1 − t^this; below 0.</summary>
    public double DecayRate { get; init; } = -0.8;

    /// <summary>Memory of the updates; null: none is kept.</summary>
    public double? Beta1 { get; init; }

    /// <summary><c>weight_decay</c>: this share of each value, times the learning rate, is taken off at each step.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The learning rate is multiplied by the parameter's root mean square.</summary>
    public bool ScaleParameter { get; init; } = true;

    /// <summary>The learning rate is min(0.01, 1/√step), and the one given has no influence.</summary>
    public bool RelativeStep { get; init; } = true;

    /// <summary>The relative step begins with 1e-6·step.</summary>
    public bool WarmupInit { get; init; }

    internal static AdafactorOptions Read(OptimizerArguments arguments)
    {
        var defaults = new AdafactorOptions();
        var (eps1, eps2) = arguments.Pair("eps", (defaults.Eps1, defaults.Eps2), double.MaxValue);
        return new()
        {
            Eps1 = eps1,
            Eps2 = eps2,
            ClipThreshold = arguments.Number("clip_threshold", defaults.ClipThreshold, double.Epsilon),
            DecayRate = arguments.Number("decay_rate", defaults.DecayRate, double.NegativeInfinity, 0),
            Beta1 = arguments.OptionalNumber("beta1", 0, 1),
            WeightDecay = arguments.Number("weight_decay", defaults.WeightDecay),
            ScaleParameter = arguments.Switch("scale_parameter", defaults.ScaleParameter),
            RelativeStep = arguments.Switch("relative_step", defaults.RelativeStep),
            WarmupInit = arguments.Switch("warmup_init", defaults.WarmupInit),
        };
    }

    IEnumerable<OptionProblem> IConstants.Problems()
    {
        if (WarmupInit && !RelativeStep) yield return new("optimizer_args", "warmup_init=True is a way to begin relative steps; with relative_step=False leave it out and use lr_warmup_steps.");
    }
}
