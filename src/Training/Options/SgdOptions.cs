using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>The constants of stochastic gradient descent; the defaults are PyTorch's.</summary>
public sealed record SgdOptions : IConstants
{
    /// <summary><c>momentum</c>: share of the last step's direction that the next one keeps.</summary>
    public double Momentum { get; init; }

    /// <summary>How much less than all of a gradient goes into the momentum.</summary>
    public double Dampening { get; init; }

    /// <summary>Added to the gradients, times the values.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Looks one momentum ahead.</summary>
    public bool Nesterov { get; init; }

    internal static SgdOptions Read(OptimizerArguments arguments, SgdOptions defaults) => new()
    {
        Momentum = arguments.Number("momentum", defaults.Momentum, 0, 1),
        Dampening = arguments.Number("dampening", defaults.Dampening, 0, 1),
        WeightDecay = arguments.Number("weight_decay", defaults.WeightDecay),
        Nesterov = arguments.Switch("nesterov", defaults.Nesterov),
    };

    IEnumerable<OptionProblem> IConstants.Problems()
    {
        if (Nesterov && (Momentum == 0 || Dampening != 0)) yield return new("optimizer_args", "nesterov goes with a momentum above 0 and dampening=0.");
    }
}
