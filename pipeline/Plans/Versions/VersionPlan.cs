using Slipway.Pipeline.Plans.Datasets;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>One LoRA to train.</summary>
public sealed record VersionPlan
{
    /// <summary>Its name, such as <c>v03</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it learns from: one or more subsets.</summary>
    public IReadOnlyList<DatasetPlan> Datasets { get; init; } = [];

    /// <summary>How.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>How pictures vary, where a dataset says nothing else.</summary>
    public SubsetOptions Variations { get; init; } = new();

    /// <summary>How it is watched while it learns.</summary>
    public MonitoringPlan Monitoring { get; init; } = new(null, null, null);

    /// <summary>How this version uses one of its datasets.</summary>
    public SubsetOptions Subset(DatasetPlan dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return SubsetOptions.Declared.With(Variations with { IsReg = dataset.IsReg, Caption = Training.Caption }, dataset.Overrides);
    }

    /// <summary>
    /// Optimizer steps of the whole training: <c>max_train_steps</c>, or epochs × ⌈⌈uses / batch⌉ / accumulation⌉, with as many
    /// uses of regularisation pictures as of the others. Null when that needs the number of images in a folder.
    /// </summary>
    /// <param name="composites">Number of composites; null: it depends on a folder.</param>
    /// <param name="regularisation">Number of regularisation pictures that the base model draws.</param>
    public long? OptimizerSteps(int? composites, int regularisation = 0)
    {
        if (Training.MaxTrainSteps is { } steps)
            return steps;
        if (Datasets.Any(dataset => Pictures(dataset, composites, regularisation) is null))
            return null;
        var ordinary = Datasets.Where(dataset => !dataset.IsReg).Sum(dataset => (long)Pictures(dataset, composites, regularisation)! * dataset.NumRepeats);
        var uses = ordinary;
        // As RegularisationImages.Balance does it: whole repeats until there are as many, or some once more.
        var missing = ordinary;
        foreach (var dataset in Datasets.Where(dataset => dataset.IsReg && missing > 0))
            missing -= Math.Min((long)Pictures(dataset, composites, regularisation)!, Ceiling(missing, dataset.NumRepeats)) * dataset.NumRepeats;
        if (Datasets.Any(dataset => dataset.IsReg))
            uses += ordinary + Math.Max(0, -missing);
        return Training.MaxTrainEpochs * Ceiling(Ceiling(uses, Training.TrainBatchSize), Training.GradientAccumulationSteps);
    }

    private static int? Pictures(DatasetPlan dataset, int? composites, int regularisation) => dataset.Source switch
    {
        DatasetSource.Sprite => 1,
        DatasetSource.Composites => composites,
        DatasetSource.Regularisation => regularisation,
        _ => null,
    };

    private static long Ceiling(long value, long divisor) => (value + divisor - 1) / divisor;
}
