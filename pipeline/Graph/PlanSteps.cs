using Slipway.Engine.Jobs;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans.Grids;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.Data;

namespace Slipway.Pipeline.Graph;

/// <summary>
/// Pictures of what the versions saved on their way: a job a save, which draws every prompt of the evaluation, with the trigger word and without it, of
/// the first seed alone.
/// </summary>
internal sealed class PlanSteps(GraphDraft draft, PlanDatasets datasets, PlanTrainings trainings)
{
    /// <summary>Name of the stage of a version.</summary>
    public const string StageName = "Steps";

    private readonly PictureSizes _sizes = new(draft.Stages, draft.Workspace);

    /// <summary>The prompts without the trigger word; none where drift is not measured.</summary>
    public required IReadOnlyList<PromptPlan> Untriggered { get; init; }

    /// <summary>The stage of a version, and what comes out of it; null where it saves nothing on the way.</summary>
    public (StageNode Stage, IReadOnlyList<StepSamples> Samples)? Of(VersionPlan version)
    {
        var evaluation = draft.Plan.Evaluation;
        var saves = Saves(version).ToList();
        if (saves.Count == 0 || !evaluation.SavedSteps)
            return null;
        var settings = new SampleSettings([.. evaluation.Prompts, .. Untriggered], [evaluation.Seeds[0]], evaluation.Multiplier, evaluation.Sampling, draft.Plan.Resolution);
        var nodes = new List<JobNode>();
        var samples = new List<StepSamples>();
        foreach (var saved in saves)
        {
            var loras = trainings.Drawn(version.Name, saved, evaluation.Multiplier);
            var (label, folder) = (saved.NameOf(version.Name), $"{draft.Plan.ArtifactsFolder}/steps/{saved.NameOf(version.Name)}");
            string[] names = [.. evaluation.Prompts.Select(Name), .. Untriggered.Select(prompt => $"drift/{Name(prompt)}")];
            var node = new JobNode(StageNode.LabelOf(StageName, version.Name), label, new SamplesJob(draft.Model, draft.ModelName, loras, settings) { VaeName = draft.Plan.VaeName }, [.. names.Select(name => $"{folder}/{name}.png")]);
            nodes.Add(node);
            var files = names.Select((name, number) => new NamedFile(name, node.Output(SamplesJob.NameOf(number)))).ToList();
            samples.Add(new StepSamples(label, version.Name, loras[^1].File, files[..evaluation.Prompts.Count]) { Untriggered = files[evaluation.Prompts.Count..] });
        }

        return (new StageNode(StageName, version.Name, nodes) { Weight = nodes.Count * settings.Prompts.Count * evaluation.Sampling.Steps * 0.5, Memory = draft.ModelMemory }, samples);
    }

    /// <summary>What will be saved, as far as that is known beforehand: of a training that may end early, before it can.</summary>
    private IEnumerable<SavedAt> Saves(VersionPlan version)
    {
        var (saves, training) = (version.Training.Saves, version.Training);
        if (!saves.AreWanted)
            return [];
        // Asked only where it decides: it may need a look at every picture.
        var epoch = new Lazy<int?>(() => StepsPerEpoch(version));
        var certain = SurelyReached(version.Monitoring);
        var steps = saves.SaveEveryNSteps is { } step && (training.MaxTrainSteps ?? (training.MaxTrainEpochs * epoch.Value)) is { } last
            ? Every(step, last).TakeWhile(number => number <= certain).Select(number => new SavedAt(number, IsEpoch: false)).ToList()
            : [];
        var ends = saves.SaveEveryNEpochs is { } n && (training.MaxTrainSteps is { } end ? (end + epoch.Value - 1) / epoch.Value : training.MaxTrainEpochs) is { } all
            ? Every(n, all).TakeWhile(number => certain is int.MaxValue || number * epoch.Value <= certain)
            : [];
        // The same weights need not be drawn twice.
        return [.. steps, .. ends.Where(number => !steps.Exists(saved => saved.Number == number * epoch.Value)).Select(number => new SavedAt(number, IsEpoch: true))];
    }

    /// <summary>The step that early stopping cannot come before: all measurements up to it are without an improvement.</summary>
    private static int SurelyReached(MonitoringPlan monitoring) =>
        monitoring is { EarlyStopping: { } stopping, Validation.ValidateEveryNSteps: { } interval } ? (int)Math.Min((long)stopping.Patience * interval, int.MaxValue - 1) : int.MaxValue;

    /// <summary>Optimizer steps of an epoch; null where the size of a picture decides how many batches there are, and nothing tells it.</summary>
    private int? StepsPerEpoch(VersionPlan version)
    {
        var (batch, training) = (version.Training.TrainBatchSize, version.Training);
        var images = new List<TrainingImage>();
        foreach (var subset in datasets.Of(version).Select(dataset => dataset.ForVersion(version, draft.Plan.Resolution)))
        {
            // One by one, sizes do not count.
            var counted = batch == 1 ? subset with { Buckets = null } : subset;
            var outlines = _sizes.Outlines(counted, counted.Pictures, draft.Plan.Resolution).ToList();
            if (outlines.Contains(null))
                return null;
            images.AddRange(outlines.OfType<TrainingImage>());
        }

        return new BatchPlan(RegularisationImages.Arrange(images), batch, training.GradientAccumulationSteps, training.Seed).StepsPerEpoch;
    }

    private static IEnumerable<int> Every(int number, int end)
    {
        for (var at = number; at < end; at += number)
            yield return at;
    }

    private string Name(PromptPlan prompt) => $"{prompt.FileName}_{draft.Plan.Evaluation.Seeds[0]}";
}
