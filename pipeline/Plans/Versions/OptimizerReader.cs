using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>Reads which optimizer trains, and how, under sd-scripts' names. What is not given does not get into the fingerprint.</summary>
internal static class OptimizerReader
{
    private static readonly string[] OfAdamW = ["adam_beta1", "adam_beta2", "adam_eps", "weight_decay"];

    public static OptimizerOptions Read(MappingReader reader)
    {
        var options = new OptimizerOptions
        {
            AdamW = new AdamWOptions
            {
                Beta1 = reader.Number("adam_beta1", 0.9, 0, 1),
                Beta2 = reader.Number("adam_beta2", 0.999, 0, 1),
                Eps = reader.Number("adam_eps", 1e-8, 0, 1),
                WeightDecay = reader.Number("weight_decay", 0.01, 0),
            },
            OptimizerType = reader.OptionalText("optimizer_type") is { } name ? OptimizerNames.Canonical(name) ?? name : OptimizerNames.AdamW,
            OptimizerArgs = reader.OptionalTexts("optimizer_args"),
        };
        foreach (var problem in options.Problems(NearestName.Hint))
            Report(reader, problem);
        foreach (var key in OfAdamW.Where(key => options.OptimizerType != OptimizerNames.AdamW && !reader.IsUnset(key)))
            reader.Problem(key, $"is AdamW's; for {options.OptimizerType} give it in `optimizer_args`, where {string.Join(", ", OptimizerOptions.ArgumentsOf(options.OptimizerType))} are known.");
        return options;
    }

    public static LoraPlusOptions ReadLoraPlus(MappingReader reader) => new()
    {
        LrRatio = reader.OptionalNumber("loraplus_lr_ratio", 1e-6, 1e6),
        UNetLrRatio = reader.OptionalNumber("loraplus_unet_lr_ratio", 1e-6, 1e6),
        TextEncoderLrRatio = reader.OptionalNumber("loraplus_text_encoder_lr_ratio", 1e-6, 1e6),
    };

    public static LrTail ReadTail(MappingReader reader) => new()
    {
        DecaySteps = reader.OptionalNumber("lr_decay_steps", 0) ?? 0,
        MinLrRatio = reader.OptionalNumber("lr_scheduler_min_lr_ratio", 0, 1) ?? 0,
        Timescale = reader.OptionalWhole("lr_scheduler_timescale", 1),
    };

    /// <summary>What does not go together.</summary>
    public static void Check(MappingReader reader, TrainingOptions training)
    {
        foreach (var problem in RateChecks.Problems(training))
            Report(reader, problem);
        if (!reader.IsPartial && training is { LrScheduler: "warmup_stable_decay", LrTail.DecaySteps: 0 })
            reader.Problem("lr_decay_steps", "is missing: `warmup_stable_decay` needs the number of steps, or the share of all, in which the rate comes down.");
    }

    private static void Report(MappingReader reader, string problem)
    {
        var colon = problem.IndexOf(": ", StringComparison.Ordinal);
        reader.Problem(problem[..colon], problem[(colon + 2)..]);
    }
}
