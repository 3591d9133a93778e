using Slipway.Engine.Jobs;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.Data;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>What a version is about to learn, seen before it does: files and captions are read, no picture is decoded and no model is loaded.</summary>
internal sealed class VersionPreflight
{
    private readonly Plan _plan;
    private readonly TrainJob _job;
    private readonly Func<Input, JobInput> _find;

    /// <param name="plan">The plan.</param>
    /// <param name="version">The version.</param>
    /// <param name="datasets">Its datasets.</param>
    /// <param name="job">Its training.</param>
    /// <param name="find">Where inputs are; of what has yet to be made, only the number is known.</param>
    public VersionPreflight(Plan plan, VersionPlan version, IReadOnlyList<Dataset> datasets, TrainJob job, Func<Input, JobInput> find)
    {
        (_plan, Version, _job, _find) = (plan, version, job, find);
        Subsets = [.. datasets.Zip(job.Subsets, (dataset, subset) => SubsetOutline.From(dataset, subset, plan.Resolution, PathOf, input => find(input).Path))];
        Images = RegularisationImages.Arrange([.. Subsets.SelectMany(subset => subset.Images)]);
        Batches = new BatchPlan(Images, Version.Training.TrainBatchSize, Version.Training.GradientAccumulationSteps, Version.Training.Seed);
        Problems = [.. FindProblems()];
    }

    /// <summary>The version.</summary>
    public VersionPlan Version { get; }

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

    private string? PathOf(Input input) => _find(input) is { Hash: not null } found ? found.Source : null;

    private IEnumerable<string> FindProblems()
    {
        foreach (var problem in Subsets.SelectMany(subset => subset.Problems))
            yield return problem;
        if (IsComplete && Images.Count > 0 && !Images.Any(image => !image.Subset.IsReg && image.Caption.Contains(_plan.TriggerWord, StringComparison.Ordinal)))
            yield return $"Train {Version.Name}: the trigger word '{_plan.TriggerWord}' is in no caption of dataset {string.Join(", ", Version.Datasets.Where(dataset => !dataset.IsReg).Select(dataset => $"`{dataset.Key}`"))}; nothing would call the mascot.";
        if (_job.Watch.Pictures?.Overlap(_job.Subsets, _job.Watch.LearnedBackgrounds, _find) is { } overlap)
            yield return overlap;
    }
}
