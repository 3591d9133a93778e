using Slipway.Engine.Jobs;
using Slipway.Imaging.Measuring;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Reports;

namespace Slipway.Pipeline.Graph;

/// <summary>The page about everything: the last stage of a plan.</summary>
internal sealed class PlanReport(GraphDraft draft, PlanTrainings trainings)
{
    /// <summary>Name of the stage.</summary>
    public const string StageName = "Report";

    /// <summary>The accepted figures as Accept leaves them, in the folder of the plan's profile.</summary>
    public const string AcceptedFigures = "evaluation.verified.json";

    // Of each dataset; more would be no more to see.
    private const int ShownPictures = 48;

    /// <summary>The page's folder, relative to the workspace.</summary>
    public static string FolderOf(Plan plan) => $"{plan.ArtifactsFolder}/report";

    /// <summary>The stage.</summary>
    /// <param name="evaluation">The figures.</param>
    /// <param name="sprite">The mascot.</param>
    /// <param name="settings">How the samples were drawn.</param>
    /// <param name="versions">The samples of each version, those of the base model first.</param>
    /// <param name="steps">Those of what the versions saved on the way.</param>
    /// <param name="datasets">What the versions learn from.</param>
    public StageNode Stage(Input evaluation, Input sprite, SampleSettings settings, IReadOnlyList<VersionSamples> versions, IReadOnlyList<StepSamples> steps, IEnumerable<Dataset> datasets)
    {
        var differing = VersionSettings.Differing(draft.Plan.Versions, draft.Plan.Ensembles);
        var accepted = $"{draft.Plan.AcceptedFolder}/{AcceptedFigures}";
        var job = new ReportJob(
            draft.Plan.Name,
            draft.Plan.TriggerWord,
            draft.Plan.Profile,
            draft.Plan.Report,
            evaluation,
            sprite,
            settings,
            [.. versions.Select(version => Shown(version, steps, differing.GetValueOrDefault(version.Name)))],
            [.. datasets.Select(Shown)],
            draft.Plan.Tags)
        {
            Accepted = File.Exists(Path.Combine(draft.Workspace, accepted)) ? new FileRef(accepted, "accepted figures") : null,
        };
        var folder = FolderOf(draft.Plan);
        return new StageNode(StageName, null, [new JobNode(StageName, "report", job, [$"{folder}/index.html", $"{folder}/report.json", $"{folder}/pictures/"])]);
    }

    private ReportVersion Shown(VersionSamples samples, IReadOnlyList<StepSamples> steps, IReadOnlyList<KeyValuePair<string, string>>? settings)
    {
        if (!trainings.Loras.TryGetValue(samples.Name, out var stage))
            return new ReportVersion(samples.Name, samples.Pictures);
        var node = stage.Jobs[0];
        Input? Written(string output) => node.Job.Outputs.Any(written => written.Name == output) ? node.Output(output) : null;
        return new ReportVersion(samples.Name, samples.Pictures)
        {
            Lora = node.Output("lora"),
            LoraPath = node.Paths[0][(draft.Plan.ArtifactsFolder.Length + 1)..],
            Metrics = Written("metrics"),
            Validation = Written("validation"),
            Events = node.Job is TrainJob { Watch.SampleEvery: not null } ? node.Output("events") : null,
            Datasets = [.. draft.Plan.Versions.Where(version => version.Name == samples.Name).SelectMany(version => version.Datasets).Select(dataset => dataset.Key)],
            Settings = settings!,
            Steps = [.. steps.Where(step => step.Version == samples.Name).Select(step => new ReportStep(step.Name, step.Lora, $"lora/{draft.Plan.Name}_{samples.Name}_saves/{draft.Plan.Name}_{step.Name}.safetensors", step.Pictures))],
        };
    }

    private static ReportDataset Shown(Dataset dataset)
    {
        var pictures = dataset.Pictures.ToList();
        var shown = MascotCalibration.Spread(pictures, ShownPictures).Select(picture => new ReportPicture(picture.Name, picture.File.Image) { Caption = picture.File.Caption, Text = picture.File.Text });
        return new ReportDataset(dataset.Plan.Key, dataset.Plan.Source.ToString().ToLowerInvariant(), pictures.Count, [.. shown]);
    }
}
