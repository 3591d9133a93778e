using Slipway.Engine.Jobs;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Graph;

/// <summary>A plan's graph while it is put together: what all of its jobs have in common, and the stages so far, in the plan's order.</summary>
internal sealed class GraphDraft
{
    private readonly List<StageNode> _stages = [];

    /// <param name="plan">The plan.</param>
    /// <param name="workspace">Full path of the folder that its paths are relative to.</param>
    /// <exception cref="FileNotFoundException">There is no base model, or a part of it is missing.</exception>
    public GraphDraft(Plan plan, string workspace)
    {
        LocatedPlan.Require(plan);
        (Plan, Workspace) = (plan, workspace);
        Model = BaseModel.List(plan, workspace);
        ModelName = BaseModel.NameOf(plan, workspace);
        Sprite = new FileRef(plan.Sprite, "sprite");
        Tagger = new TaggerFiles(new FileRef(plan.Tagger.Model, "tagger"), new FileRef(plan.Tagger.Tags, "tagger tags"), plan.Device);
    }

    /// <summary>The plan.</summary>
    public Plan Plan { get; }

    /// <summary>Full path of the folder that the plan's paths are relative to.</summary>
    public string Workspace { get; }

    /// <summary>The base model.</summary>
    public ModelUse Model { get; }

    /// <summary>What web UIs call the base model.</summary>
    public string ModelName { get; }

    /// <summary>The mascot.</summary>
    public FileRef Sprite { get; }

    /// <summary>The tagger.</summary>
    public TaggerFiles Tagger { get; }

    /// <summary>The folder of the outputs, relative to the workspace.</summary>
    public string Artifacts => Plan.ArtifactsFolder;

    /// <summary>How the evaluation draws: each prompt with each seed.</summary>
    public SampleSettings Samples => new(Plan.Evaluation.Prompts, Plan.Evaluation.Seeds, Plan.Evaluation.Multiplier, Plan.Evaluation.Sampling, Plan.Resolution);

    /// <summary>The stages so far.</summary>
    public IReadOnlyList<StageNode> Stages => _stages;

    /// <summary>Adds a stage behind the others.</summary>
    public StageNode Add(StageNode stage)
    {
        _stages.Add(stage);
        return stage;
    }

    /// <summary>Bytes that a job with the model takes: the weights, and what loading and computing take beside them.</summary>
    public long? ModelMemory()
    {
        const long Beside = 512L << 20;
        var bytes = Model.BaseModel.Sum(file => new FileInfo(Path.Combine(Workspace, ((FileRef)file.File).Path)) is { Exists: true } found ? found.Length : 0);
        return (bytes * 3 / 2) + Beside;
    }
}
