using Slipway.Engine.Jobs;
using Slipway.Imaging.Measuring;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Grids;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Versions;

namespace Slipway.Pipeline.Graph;

/// <summary>How the versions of a plan are compared: their samples, what was saved on the way, grids, figures, the page.</summary>
internal sealed class PlanEvaluation(GraphDraft draft, PlanDatasets datasets, PlanTrainings trainings)
{
    /// <summary>Adds the samples of each version, what was saved on the way, the grids, the figures and the page.</summary>
    public void Add()
    {
        var plan = draft.Plan.Evaluation;
        var versions = new List<VersionSamples> { Samples(NameChecks.Base, []) };
        foreach (var version in draft.Plan.Versions.Where(version => trainings.Loras.ContainsKey(version.Name)))
            versions.Add(Samples(version.Name, [.. PlanTrainings.BaseWeights(version), trainings.Drawn(version.Name)]) with { Learned = Learned(version) });
        foreach (var ensemble in draft.Plan.Ensembles.Where(ensemble => trainings.Loras.ContainsKey(ensemble.Name)))
            versions.Add(Samples(ensemble.Name, [trainings.Drawn(ensemble.Name)]) with { Learned = Learned([.. ensemble.Of.Select(draft.Plan.Version)]) });
        var steps = AddSteps();
        new PlanGrids(draft, trainings) { Sample = SampleOf }.Stages(trainings.Loras.Keys.ToHashSet(StringComparer.Ordinal)).ToList().ForEach(stage => draft.Add(stage));
        var job = new EvaluateJob(
            draft.Plan.Name, draft.Sprite, draft.Tagger, versions, [.. plan.Prompts.Select(prompt => prompt.Kind)], plan.Seeds, plan.Sampling with { BatchSize = 1 }, plan.Table is not null)
        {
            Prompts = [.. plan.Prompts.Select(prompt => prompt.Prompt)],
            Untriggered = Untriggered,
            UntriggeredSeeds = UntriggeredSeeds,
            Composites = draft.Plan.Composites.Options,
            Scenes = Scenes(),
            Saved = steps,
            Encoder = plan.Encoder is null ? null : EncoderListing.Of(plan.Encoder, draft.Workspace),
            Profiles = draft.Plan.ColorProfiles,
            TagThreshold = draft.Plan.Tags.GeneralThreshold,
        };
        IReadOnlyList<string> paths =
        [
            $"{draft.Artifacts}/evaluation.json",
            .. GridFile.Paths($"{draft.Artifacts}/grids/versions.png", job.VersionsLayout),
            .. versions.SelectMany(version => GridFile.Paths($"{draft.Artifacts}/grids/{version.Name}.png", job.VersionLayout)),
            .. plan.Table is null ? Array.Empty<string>() : [$"{draft.Artifacts}/grids/{plan.Table}.png"],
        ];
        var evaluation = draft.Add(new StageNode("Evaluate", null, [new JobNode("Evaluate", "evaluation", job, paths)]));
        draft.Add(new PlanReport(draft, trainings).Stage(evaluation.Jobs[0].Output("evaluation"), draft.Sprite, draft.Samples with { Sampling = job.Sampling }, versions, steps, datasets.Used));
    }

    /// <summary>What was saved on the way, drawn and measured; nothing where no version saves.</summary>
    private List<StepSamples> AddSteps()
    {
        var samples = new List<StepSamples>();
        var steps = new PlanSteps(draft, datasets, trainings) { Untriggered = draft.Plan.Evaluation.DriftSeeds > 0 ? Untriggered : [] };
        foreach (var (stage, drawn) in draft.Plan.Versions.Where(version => trainings.Loras.ContainsKey(version.Name)).Select(steps.Of).OfType<(StageNode, IReadOnlyList<StepSamples>)>())
        {
            draft.Add(stage);
            samples.AddRange(drawn);
        }

        return samples;
    }

    /// <summary>The picture that the evaluation draws of the same; null where there is none.</summary>
    private Input? SampleOf(GridCell cell)
    {
        var plan = draft.Plan.Evaluation;
        var kind = plan.Prompts.ToList().FindIndex(prompt => prompt.Prompt == cell.Prompt);
        var seed = plan.Seeds.ToList().IndexOf(cell.Seed);
        var isAsUsual = cell.Saved is null && (cell.Version is null || cell.Strength == plan.Multiplier) && cell.Sampling == plan.Sampling with { BatchSize = 1 };
        return kind < 0 || seed < 0 || !isAsUsual ? null : new Ref(JobNode.IdOf(StageNode.LabelOf("Samples", cell.Version ?? NameChecks.Base), "samples"), SamplesJob.NameOf((kind * plan.Seeds.Count) + seed));
    }

    private VersionSamples Samples(string version, IReadOnlyList<LoraInput> loras)
    {
        var plan = draft.Plan.Evaluation;
        var stage = StageNode.LabelOf("Samples", version);
        string[] names = [.. plan.Prompts.SelectMany(prompt => plan.Seeds.Select(seed => $"{prompt.FileName}_{seed}"))];
        var settings = loras.Count == 0 ? draft.Samples with { Multiplier = 1 } : draft.Samples;
        var node = new JobNode(stage, "samples", new SamplesJob(draft.Model, draft.ModelName, loras, settings) { VaeName = draft.Plan.VaeName }, [.. names.Select(name => $"{draft.Artifacts}/samples/{version}/{name}.png")]);
        draft.Add(new StageNode("Samples", version, [node]) { Weight = names.Length * plan.Sampling.Steps * 0.5, Memory = draft.ModelMemory });
        return new VersionSamples(version, Files(names, node)) { Untriggered = Drift(version, loras, settings) };
    }

    /// <summary>The same prompts without the trigger word, with fewer seeds: what else the LoRA has changed.</summary>
    private IReadOnlyList<NamedFile> Drift(string version, IReadOnlyList<LoraInput> loras, SampleSettings settings)
    {
        string[] names = [.. Untriggered.SelectMany(prompt => UntriggeredSeeds.Select(seed => $"{prompt.FileName}_{seed}"))];
        if (names.Length == 0)
            return [];
        var job = new SamplesJob(draft.Model, draft.ModelName, loras, settings with { Prompts = Untriggered, Seeds = UntriggeredSeeds }) { VaeName = draft.Plan.VaeName };
        var node = new JobNode(StageNode.LabelOf("Drift", version), "samples", job, [.. names.Select(name => $"{draft.Artifacts}/drift/{version}/{name}.png")]);
        draft.Add(new StageNode("Drift", version, [node]) { Weight = names.Length * draft.Plan.Evaluation.Sampling.Steps * 0.5, Memory = draft.ModelMemory });
        return Files(names, node);
    }

    private IReadOnlyList<PromptPlan> Untriggered => field ??=
    [
        .. draft.Plan.Evaluation.Prompts.Select(prompt => (prompt.Kind, prompt.Size, Text: PromptTexts.Without(prompt.Prompt, draft.Plan.TriggerWord)))
            .Where(prompt => prompt.Text is not null)
            .Select(prompt => new PromptPlan(prompt.Kind, prompt.Text!) { Size = prompt.Size }),
    ];

    private IReadOnlyList<long> UntriggeredSeeds => [.. draft.Plan.Evaluation.Seeds.Take(draft.Plan.Evaluation.DriftSeeds)];

    /// <summary>At most so many of the pictures that they learn from, evenly spread: decoding more would take longer than it tells.</summary>
    private IReadOnlyList<NamedFile> Learned(params IReadOnlyList<VersionPlan> versions)
    {
        const int Most = 200;
        var learned = versions.SelectMany(datasets.Of).Where(dataset => !dataset.Plan.IsReg).DistinctBy(dataset => dataset.Plan.Key).SelectMany(dataset => dataset.Pictures);
        return [.. MascotCalibration.Spread([.. learned], Most).Select(picture => new NamedFile($"{picture.Dataset}/{picture.Name}", picture.File.Image))];
    }

    /// <summary>Backgrounds that are drawn anyway.</summary>
    private IReadOnlyList<NamedFile> Scenes()
    {
        var used = draft.Plan.Versions.Where(version => trainings.Loras.ContainsKey(version.Name)).SelectMany(datasets.Of).SelectMany(dataset => dataset.Backgrounds).DistinctBy(file => file.Name);
        return [.. MascotCalibration.Spread([.. used], MascotCalibration.Scenes)];
    }

    private static IReadOnlyList<NamedFile> Files(IEnumerable<string> names, JobNode node) => [.. names.Select((name, number) => new NamedFile(name, node.Output(SamplesJob.NameOf(number))))];
}
