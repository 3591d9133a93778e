using Slipway.Engine.Jobs;
using Slipway.Imaging.Measuring;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Reports;

namespace Slipway.Pipeline.Graph;

/// <summary>The page about everything: the last stage of a plan.</summary>
/// <param name="plan">The plan.</param>
/// <param name="workspace">Full path of the folder that its paths are relative to.</param>
/// <param name="loras">What makes each LoRA, by version or ensemble.</param>
internal sealed class PlanReport(Plan plan, string workspace, IReadOnlyDictionary<string, StageNode> loras)
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
        var differing = VersionSettings.Differing(plan.Versions, plan.Ensembles);
        var accepted = $"{plan.AcceptedFolder}/{AcceptedFigures}";
        var job = new ReportJob(
            plan.Name,
            plan.TriggerWord,
            plan.Profile,
            plan.Report,
            evaluation,
            sprite,
            settings,
            [.. versions.Select(version => Shown(version, steps, differing.GetValueOrDefault(version.Name)))],
            [.. datasets.Select(Shown)],
            plan.Tags)
        {
            Accepted = File.Exists(Path.Combine(workspace, accepted)) ? new FileRef(accepted, "accepted figures") : null,
        };
        var folder = FolderOf(plan);
        return new StageNode(StageName, null, [new JobNode(StageName, "report", job, [$"{folder}/index.html", $"{folder}/report.json", $"{folder}/pictures/"])]);
    }

    private ReportVersion Shown(VersionSamples samples, IReadOnlyList<StepSamples> steps, IReadOnlyList<KeyValuePair<string, string>>? settings)
    {
        if (!loras.TryGetValue(samples.Name, out var stage))
            return new ReportVersion(samples.Name, samples.Pictures);
        var node = stage.Jobs[0];
        Input? Written(string output) => node.Job.Outputs.Any(written => written.Name == output) ? node.Output(output) : null;
        return new ReportVersion(samples.Name, samples.Pictures)
        {
            Lora = node.Output("lora"),
            LoraPath = node.Paths[0][(plan.ArtifactsFolder.Length + 1)..],
            Metrics = Written("metrics"),
            Validation = Written("validation"),
            Events = node.Job is TrainJob { Watch.SampleEvery: not null } ? node.Output("events") : null,
            Datasets = [.. plan.Versions.Where(version => version.Name == samples.Name).SelectMany(version => version.Datasets).Select(dataset => dataset.Key)],
            Settings = settings!,
            Steps = [.. steps.Where(step => step.Version == samples.Name).Select(step => new ReportStep(step.Name, step.Lora, $"lora/{plan.Name}_{samples.Name}_saves/{plan.Name}_{step.Name}.safetensors", step.Pictures))],
        };
    }

    private static ReportDataset Shown(Dataset dataset)
    {
        var pictures = dataset.Folders.SelectMany(folder => folder.Pictures.Select(picture => new ReportPicture($"{folder.Name}/{picture.Name}", picture.Image) { Caption = picture.Caption, Text = picture.Text })).ToList();
        return new ReportDataset(dataset.Plan.Key, dataset.Plan.Source.ToString().ToLowerInvariant(), pictures.Count, [.. MascotCalibration.Spread(pictures, ShownPictures)]);
    }
}
