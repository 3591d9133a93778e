using Slipway.Engine.Jobs;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Graph;

/// <summary>
/// All work of a plan as one graph: a pure function of the plan and of what lies in its folders. What walks it (trainings, status,
/// preflight, the lock file) has no other source.
/// </summary>
internal sealed class PlanGraph
{
    /// <summary>What the row without a LoRA is called.</summary>
    public const string Base = NameChecks.Base;

    private readonly GraphDraft _draft;
    private readonly PlanDatasets _datasets;
    private readonly PlanTrainings _trainings;

    private PlanGraph(Plan plan, string workspace)
    {
        _draft = new GraphDraft(plan, workspace);
        _datasets = new PlanDatasets(_draft);
        _trainings = new PlanTrainings(_draft, _datasets);
        _datasets.Add();
        _datasets.AddValidation();
        _trainings.Add();
        new PlanEvaluation(_draft, _datasets, _trainings).Add();
        Jobs = new JobGraph(_draft.Stages, PlanNames.Fold);
    }

    /// <summary>The graph.</summary>
    public JobGraph Jobs { get; }

    /// <summary>The page's folder, relative to the workspace.</summary>
    public string ReportFolder => PlanReport.FolderOf(_draft.Plan);

    /// <summary>The mascot.</summary>
    public FileRef Sprite => _draft.Sprite;

    /// <summary>The base model.</summary>
    public ModelUse Model => _draft.Model;

    /// <summary>The graph of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="workspace">Full path of the folder that its paths are relative to.</param>
    /// <exception cref="FileNotFoundException">There is no base model, or a part of it is missing.</exception>
    public static PlanGraph From(Plan plan, string workspace) => new(plan, workspace);

    /// <inheritdoc cref="PlanDatasets.Dataset"/>
    public Dataset Dataset(string key) => _datasets.Dataset(key);

    /// <inheritdoc cref="PlanDatasets.Of"/>
    public IReadOnlyList<Dataset> DatasetsOf(VersionPlan version) => _datasets.Of(version);

    /// <summary>The training of a version, or what makes an ensemble.</summary>
    /// <exception cref="InvalidDataException">Something is wrong with a folder that it learns from.</exception>
    public StageNode Lora(string name)
    {
        if (_trainings.Loras.TryGetValue(name, out var stage))
            return stage;
        foreach (var version in _draft.Plan.Versions.Where(version => version.Name == name || _draft.Plan.Ensembles.Any(ensemble => ensemble.Name == name && ensemble.Of.Contains(version.Name))))
            DatasetsOf(version);
        throw new InvalidOperationException($"There is no {name}.");
    }

    /// <summary>The stages by which everything about a place of the pipeline is made.</summary>
    /// <param name="stage">The place.</param>
    /// <param name="versions">Only these versions and ensembles; null: all.</param>
    public IReadOnlyList<StageNode> Stages(PipelineStage stage, IReadOnlyList<string>? versions) => stage switch
    {
        PipelineStage.Backgrounds => [.. Jobs.Stages.Where(node => node is { Name: "Backgrounds", Version: null })],
        PipelineStage.Composites => [.. Jobs.Stages.Where(node => node.Name is "Composites" or "Regularisation" && node.Version != PlanDatasets.ForValidation)],
        PipelineStage.Tags => [.. Jobs.Stages.Where(node => node.Name is "Composites" or "Regularisation" or "Tags" && node.Version != PlanDatasets.ForValidation)],
        PipelineStage.Training => [.. _draft.Plan.Versions.Select(version => version.Name).Concat(_draft.Plan.Ensembles.Select(ensemble => ensemble.Name)).Where(name => versions?.Contains(name) != false).Select(Lora)],
        _ => [.. _draft.Plan.Versions.Select(version => Lora(version.Name)), .. Jobs.Stages.Where(node => node.Name == PlanGrids.StageName), Jobs.Stages[^1]],
    };
}
