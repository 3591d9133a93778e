using Slipway.Training;

namespace Slipway.Pipeline.Configuration;

/// <summary>One LoRA to train.</summary>
/// <param name="Name">Its name, such as <c>v03</c>.</param>
/// <param name="Dataset">What it learns from.</param>
/// <param name="Training">How.</param>
/// <param name="Parameters">
/// All settings of <paramref name="Training"/> by their names in the plan, as canonical text: what goes into the
/// fingerprint. Defaults are included, but for those of options that came later.
/// </param>
public sealed record VersionPlan(
    string Name, DatasetPlan Dataset, TrainingOptions Training, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>
    /// Optimizer steps of the whole training: <c>max_train_steps</c>, or epochs × ⌈⌈images × repeats / batch⌉ / accumulation⌉.
    /// Null when that needs the number of images in a folder.
    /// </summary>
    /// <param name="composites">Number of composites.</param>
    public long? OptimizerSteps(int composites)
    {
        if (Training.MaxTrainSteps is { } steps)
            return steps;
        long? images = Dataset.Source switch { DatasetSource.Sprite => 1, DatasetSource.Composites => composites, _ => null };
        return Training.MaxTrainEpochs * Ceiling(Ceiling(images * Dataset.NumRepeats, Training.TrainBatchSize), Training.GradientAccumulationSteps);
    }

    private static long? Ceiling(long? value, long divisor) => (value + divisor - 1) / divisor;
}
