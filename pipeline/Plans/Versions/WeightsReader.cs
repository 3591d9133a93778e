using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>Reads what becomes of the weights between the steps and before the end. What is not given does not get into the fingerprint.</summary>
internal static class WeightsReader
{
    public static EmaOptions ReadEma(MappingReader reader) => new() { Decay = reader.OptionalNumber("ema_decay", 1e-6, 0.999999) };

    public static double? ReadScaleWeightNorms(MappingReader reader) => reader.OptionalNumber("scale_weight_norms", 1e-9);

    public static SaveOptions ReadSaves(MappingReader reader)
    {
        var saves = new SaveOptions
        {
            SaveEveryNEpochs = reader.OptionalWhole("save_every_n_epochs", 1),
            SaveEveryNSteps = reader.OptionalWhole("save_every_n_steps", 1),
            AverageLastNSaves = reader.OptionalWhole("average_last_n_saves", 2, 100),
        };
        if (!reader.IsPartial && saves is { AverageLastNSaves: not null, AreWanted: false })
            reader.Problem("average_last_n_saves", "has nothing to average; give `save_every_n_epochs` or `save_every_n_steps` too.");
        return saves;
    }

    /// <summary>What does not go together.</summary>
    public static void Check(MappingReader reader, TrainingOptions training)
    {
        if (training.Saves.AverageLastNSaves is not null && !reader.IsUnset("early_stopping"))
            reader.Problem("average_last_n_saves", "and `early_stopping` each say which weights are kept; leave one of them out.");
        if (training is { ScaleWeightNorms: not null, Optimizer.OptimizerType: OptimizerNames.AdamWScheduleFree })
            reader.Problem("scale_weight_norms", "does not go with AdamWScheduleFree, which keeps two more copies of the weights; leave one of them out.");
    }
}
