using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Stages;
using Slipway.Training.Data;

namespace Slipway.Pipeline.Preflights;

/// <summary>What a version is about to learn, seen before it does: files and captions are read, no picture is decoded and no model is loaded.</summary>
internal sealed class VersionPreflight
{
    private readonly Plan _plan;
    private readonly TrainingData _data;
    private readonly ValidationPictures? _validation;

    /// <param name="plan">The plan.</param>
    /// <param name="data">What the version learns from; of what has yet to be made, only the number is known.</param>
    /// <param name="validation">What it is measured on; null where it is not measured, or that has yet to be made.</param>
    public VersionPreflight(Plan plan, TrainingData data, ValidationPictures? validation)
    {
        (_plan, _data, _validation) = (plan, data, validation);
        Subsets = [.. data.Datasets.Select(dataset => SubsetOutline.Of(dataset, plan.Resolution, Version.Subset(dataset.Plan)))];
        Images = RegularisationImages.Arrange([.. Subsets.SelectMany(subset => subset.Images)]);
        Batches = new BatchPlan(Images, Version.Training.TrainBatchSize, Version.Training.GradientAccumulationSteps, Version.Training.Seed);
        Problems = [.. FindProblems()];
    }

    /// <summary>The version.</summary>
    public VersionPlan Version => _data.Version;

    /// <summary>Its subsets.</summary>
    public IReadOnlyList<SubsetOutline> Subsets { get; }

    /// <summary>Every picture without its pixels, with as many uses an epoch as it will have.</summary>
    public IReadOnlyList<TrainingImage> Images { get; }

    /// <summary>Batches and steps of an epoch.</summary>
    public BatchPlan Batches { get; }

    /// <summary>Optimizer steps of the whole training.</summary>
    public int Steps => Version.Training.MaxTrainSteps ?? (Version.Training.MaxTrainEpochs!.Value * Batches.StepsPerEpoch);

    /// <summary>Why it is not to be trained: everything, a line each.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Whether all of its pictures are there.</summary>
    public bool IsComplete => Subsets.All(subset => subset.Pending == 0);

    private IEnumerable<string> FindProblems()
    {
        foreach (var problem in Subsets.SelectMany(subset => subset.Problems))
        {
            yield return problem;
        }

        if (IsComplete && Images.Count > 0 && !Images.Any(image => !image.Subset.IsReg && image.Caption.Contains(_plan.TriggerWord, StringComparison.Ordinal)))
        {
            yield return $"Train {Version.Name}: the trigger word '{_plan.TriggerWord}' is in no caption of dataset {string.Join(", ", Version.Datasets.Where(dataset => !dataset.IsReg).Select(dataset => $"`{dataset.Key}`"))}; nothing would call the mascot.";
        }

        if (_validation?.Overlap(_data.Hashes) is { } overlap)
        {
            yield return overlap;
        }
    }
}
