using Slipway.Engine.Jobs;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans.Grids;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Graph;

/// <summary>The LoRAs of a plan: a training for each version, and what makes each ensemble of them.</summary>
internal sealed class PlanTrainings(GraphDraft draft, PlanDatasets datasets)
{
    private readonly Dictionary<string, StageNode> _loras = new(StringComparer.Ordinal);

    /// <summary>What makes each LoRA, by version or ensemble; without those whose datasets cannot be read.</summary>
    public IReadOnlyDictionary<string, StageNode> Loras => _loras;

    /// <summary>Adds the stages of all versions, then those of the ensembles, in the plan's order.</summary>
    public void Add()
    {
        draft.Plan.Versions.ToList().ForEach(AddVersion);
        draft.Plan.Ensembles.ToList().ForEach(AddEnsemble);
    }

    /// <summary>The LoRA of a version or an ensemble at the evaluation's strength.</summary>
    public LoraInput Drawn(string version) => new($"{draft.Plan.Name}_{version}", _loras[version].Jobs[0].Output("lora"), draft.Plan.Evaluation.Multiplier);

    /// <summary>The LoRAs of a version at a strength, with what it learned on top of; of a save, the file of the training's folder.</summary>
    public IReadOnlyList<LoraInput> Drawn(string version, SavedAt? saved, double strength)
    {
        var node = _loras[version].Jobs[0];
        var name = $"{draft.Plan.Name}_{version}";
        var lora = saved is null ? new LoraInput(name, node.Output("lora"), strength) : new LoraInput(saved.NameOf(name), node.Output(TrainingSaves.OutputOf(saved.NameOf(name))), strength);
        return draft.Plan.Versions.FirstOrDefault(one => one.Name == version) is { } trained ? [.. BaseWeights(trained), lora] : [lora];
    }

    private void AddVersion(VersionPlan version)
    {
        if (!datasets.AreWhole(version))
            return;
        var subsets = datasets.Of(version);
        var start = version.Training.Network.Start;
        var name = $"{draft.Plan.Name}_{version.Name}";
        var job = new TrainJob(
            draft.Model,
            draft.Plan.BaseModelName ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(draft.Plan.BaseModel)),
            name,
            draft.Plan.Resolution,
            [.. subsets.Select(dataset => dataset.ForVersion(version, draft.Plan.Resolution))],
            version.Training with
            {
                Network = version.Training.Network with { Start = start with { NetworkWeights = null, BaseWeights = [], BaseWeightsMultiplier = [] } },
                ModelSpec = version.Training.ModelSpec with { MetadataThumbnail = null },
            })
        {
            NetworkWeights = start.NetworkWeights is { } weights ? new FileRef(weights, "network weights") : null,
            BaseWeights = BaseWeights(version),
            VaeName = draft.Plan.VaeName,
            Thumbnail = Thumbnail(version.Training.ModelSpec),
            Watch = Watch(version, subsets),
        };
        var logs = $"{draft.Artifacts}/logs/{version.Name}";
        IReadOnlyList<string> paths =
        [
            $"{draft.Artifacts}/lora/{name}.safetensors",
            $"{logs}/metrics.csv",
            $"{logs}/events.out.tfevents.0.slipway",
            .. version.Training.Saves.AreWanted ? [$"{draft.Artifacts}/lora/{name}_saves/"] : Array.Empty<string>(),
            .. version.Monitoring.Validation is not null ? [$"{logs}/validation.json"] : Array.Empty<string>(),
            .. version.Monitoring.Samples is not null ? [$"{logs}/samples/"] : Array.Empty<string>(),
        ];
        var stage = StageNode.LabelOf("Train", version.Name);
        var steps = version.OptimizerSteps(draft.Plan.Backgrounds.Known, draft.Plan.Regularisation?.Count ?? 0) ?? 1000;
        _loras[version.Name] = draft.Add(new StageNode("Train", version.Name, [new JobNode(stage, name, job, paths)]) { Weight = 2.0 * steps * version.Training.TrainBatchSize * version.Training.GradientAccumulationSteps, Memory = draft.ModelMemory });
    }

    /// <summary>What a version learned on top of; it is drawn on top of the same.</summary>
    public static IReadOnlyList<LoraInput> BaseWeights(VersionPlan version) =>
        [.. version.Training.Network.Start.Bases.Select(file => new LoraInput(Path.GetFileNameWithoutExtension(file.Path), new FileRef(file.Path, "base weights"), file.Multiplier))];

    private WatchOptions Watch(VersionPlan version, IReadOnlyList<Dataset> subsets)
    {
        var plan = version.Monitoring;
        return new WatchOptions
        {
            Validation = plan.Validation,
            Pictures = plan.Validation is null ? null : datasets.Validation,
            LearnedBackgrounds = plan.Validation is null
                ? []
                : [.. subsets.SelectMany((dataset, i) => dataset.Backgrounds.Select(file => new NamedFile($"{i}/{file.Name}", file.File)))],
            EarlyStopping = plan.EarlyStopping,
            SampleEvery = plan.Samples,
            Samples = plan.Samples is null ? null : draft.Samples with { Seeds = [draft.Plan.Evaluation.Seeds[0]] },
        };
    }

    private void AddEnsemble(EnsemblePlan plan)
    {
        if (!plan.Of.All(_loras.ContainsKey))
            return;
        var first = draft.Plan.Version(plan.Of[0]);
        var name = $"{draft.Plan.Name}_{plan.Name}";
        var job = new EnsembleJob(draft.Model, name, [.. plan.Of.Zip(plan.Ratios, (of, ratio) => new LoraInput($"{draft.Plan.Name}_{of}", _loras[of].Jobs[0].Output("lora"), ratio))], plan.Rank, plan.ConvRank)
        {
            Validation = first.Monitoring.Validation is { } options && datasets.Validation is { } validation
                ? new EnsembleJob.Measurement(validation.Pictures, draft.Plan.Resolution, options.ValidationTimesteps, first.Training.Weighting, options.ValidationSeed ?? first.Training.Seed)
                : null,
            ModelSpec = plan.ModelSpec with { MetadataThumbnail = null },
            Thumbnail = Thumbnail(plan.ModelSpec),
        };
        IReadOnlyList<string> paths = [$"{draft.Artifacts}/lora/{name}.safetensors", .. job.Validation is null ? Array.Empty<string>() : [$"{draft.Artifacts}/logs/{plan.Name}/validation.json"]];
        _loras[plan.Name] = draft.Add(new StageNode("Ensemble", plan.Name, [new JobNode(StageNode.LabelOf("Ensemble", plan.Name), name, job, paths)]) { Memory = draft.ModelMemory });
    }

    private static FileRef? Thumbnail(ModelSpecOptions spec) => spec.MetadataThumbnail is { } thumbnail ? new FileRef(thumbnail, "thumbnail") : null;
}
