using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>Learning rates that an optimizer cannot take, or would take no notice of.</summary>
public static class RateChecks
{
    /// <summary>What is wrong, a line each; empty when nothing is.</summary>
    public static IEnumerable<OptionProblem> Problems(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Found(options);
    }

    private static IEnumerable<OptionProblem> Found(TrainingOptions options)
    {
        var optimizer = options.Optimizer;
        if (optimizer.OptimizerType == OptimizerNames.Prodigy && (HasSeveralRates(options) || HasRatios(options)))
            yield return new("optimizer_type", "Prodigy finds one learning rate for all that is trained; give unet_lr and text_encoder_lr the same value (or one of them 0) and leave loraplus_lr_ratio out, or use AdamW.");
        if (optimizer.MakesOwnRates && (options.LrScheduler != "constant" || options.LrWarmupSteps != 0))
            yield return new("lr_scheduler", $"{optimizer.OptimizerType} makes its own course of rates and would {(optimizer.OptimizerType == OptimizerNames.Adafactor ? "ignore" : "spoil")} this one; use constant without lr_warmup_steps, or {(optimizer.OptimizerType == OptimizerNames.Adafactor ? "optimizer_args relative_step=False" : "optimizer_args warmup_steps=N for a warm-up")}.");
    }

    private static bool HasSeveralRates(TrainingOptions options) => options.TrainedParts.Select(options.BaseRate).Distinct().Count() > 1;

    private static bool HasRatios(TrainingOptions options) => options.TrainedParts.Any(part => options.LoraPlus.Ratio(part) != 1);
}
