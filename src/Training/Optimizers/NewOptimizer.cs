using Slipway.Training.Options;

namespace Slipway.Training.Optimizers;

/// <summary>Makes the optimizer that the options name.</summary>
internal static class NewOptimizer
{
    /// <summary>An optimizer that has taken no step yet.</summary>
    /// <param name="options">Which, and its constants.</param>
    /// <param name="parameters">What it trains; they stay the caller's.</param>
    /// <exception cref="ArgumentException">The options or the parameters' rates are none for this optimizer.</exception>
    public static IOptimizer Create(OptimizerOptions options, FlatParameters parameters) => options.Constants switch
    {
        AdamWOptions constants => new AdamW(parameters, constants),
        AdamW8bitOptions constants => new AdamW8bit(parameters, constants.AdamW),
        SgdOptions constants => new Sgd(parameters, constants),
        LionOptions constants => new Lion(parameters, constants),
        AdafactorOptions constants => new Adafactor(parameters, constants),
        ProdigyOptions constants => new Prodigy(parameters, constants),
        ScheduleFreeOptions constants => new AdamWScheduleFree(parameters, constants),
        _ => throw new ArgumentException($"optimizer_type: {OptimizerNames.Refusal(options.OptimizerType)}"),
    };
}
