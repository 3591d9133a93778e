using System.Globalization;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Measuring;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Grids;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Tagging.Captions;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Graph;

/// <summary>
/// All work of a plan as one graph: a pure function of the plan and of what lies in its folders. What walks it (trainings, status,
/// preflight, the lock file) has no other source.
/// </summary>
internal sealed class PlanGraph
{
    /// <summary>What the row without a LoRA is called.</summary>
    public const string Base = NameChecks.Base;

    private const string ForValidation = "validation";

    private readonly Plan _plan;
    private readonly string _workspace;
    private readonly string _artifacts;
    private readonly ModelUse _model;
    private readonly string _modelName;
    private readonly List<StageNode> _stages = [];
    private readonly Dictionary<string, Dataset> _datasets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Exception> _broken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StageNode> _loras = new(StringComparer.Ordinal);
    private ValidationSet? _validation;

    private PlanGraph(Plan plan, string workspace)
    {
        (_plan, _workspace, _artifacts) = (plan, workspace, plan.ArtifactsFolder);
        LocatedPlan.Require(plan);
        _model = BaseModel.List(plan, workspace);
        _modelName = BaseModel.NameOf(plan, workspace);
        Sprite = new FileRef(plan.Sprite, "sprite");
        AddDatasets();
        AddValidation();
        plan.Versions.ToList().ForEach(AddTraining);
        plan.Ensembles.ToList().ForEach(AddEnsemble);
        AddEvaluation();
        Jobs = new JobGraph(_stages, PlanNames.Fold);
    }

    /// <summary>The graph.</summary>
    public JobGraph Jobs { get; }

    /// <summary>The page's folder, relative to the workspace.</summary>
    public string ReportFolder => PlanReport.FolderOf(_plan);

    /// <summary>The mascot.</summary>
    public FileRef Sprite { get; }

    /// <summary>The base model.</summary>
    public ModelUse Model => _model;

    /// <summary>The graph of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="workspace">Full path of the folder that its paths are relative to.</param>
    /// <exception cref="FileNotFoundException">There is no base model, or a part of it is missing.</exception>
    public static PlanGraph From(Plan plan, string workspace) => new(plan, workspace);

    /// <summary>The dataset with this key.</summary>
    /// <exception cref="InvalidDataException">Something is wrong with its folder.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public Dataset Dataset(string key)
    {
        if (_broken.TryGetValue(key, out var problem))
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problem);
        return _datasets[key];
    }

    /// <summary>What a version learns from, by dataset.</summary>
    /// <exception cref="InvalidDataException">Something is wrong with a folder of it.</exception>
    public IReadOnlyList<Dataset> DatasetsOf(VersionPlan version) => [.. version.Datasets.Select(dataset => Dataset(dataset.Key))];

    /// <summary>The training of a version, or what makes an ensemble.</summary>
    /// <exception cref="InvalidDataException">Something is wrong with a folder that it learns from.</exception>
    public StageNode Lora(string name)
    {
        if (_loras.TryGetValue(name, out var stage))
            return stage;
        foreach (var version in _plan.Versions.Where(version => version.Name == name || _plan.Ensembles.Any(ensemble => ensemble.Name == name && ensemble.Of.Contains(version.Name))))
            DatasetsOf(version);
        throw new InvalidOperationException($"There is no {name}.");
    }

    /// <summary>The stages by which everything about a place of the pipeline is made.</summary>
    /// <param name="stage">The place.</param>
    /// <param name="versions">Only these versions and ensembles; null: all.</param>
    public IReadOnlyList<StageNode> Stages(PipelineStage stage, IReadOnlyList<string>? versions) => stage switch
    {
        PipelineStage.Backgrounds => [.. Jobs.Stages.Where(node => node is { Name: "Backgrounds", Version: null })],
        PipelineStage.Composites => [.. Jobs.Stages.Where(node => node.Name is "Composites" or "Regularisation" && node.Version != ForValidation)],
        PipelineStage.Tags => [.. Jobs.Stages.Where(node => node.Name is "Composites" or "Regularisation" or "Tags" && node.Version != ForValidation)],
        PipelineStage.Training => [.. _plan.Versions.Select(version => version.Name).Concat(_plan.Ensembles.Select(ensemble => ensemble.Name)).Where(name => versions?.Contains(name) != false).Select(Lora)],
        _ => [.. _plan.Versions.Select(version => Lora(version.Name)), .. Jobs.Stages.Where(node => node.Name == PlanGrids.StageName), Jobs.Stages[^1]],
    };

    private void AddDatasets()
    {
        var drawn = _plan.Backgrounds.Drawn == 0 ? null : Drawn("Backgrounds", null, $"{_artifacts}/backgrounds", _plan.Backgrounds, isCaptioned: false);
        var backgrounds = new Lazy<IReadOnlyList<Background>>(() => [.. drawn is null ? [] : Made(drawn), .. Photos()]);
        var isFirst = true;
        foreach (var dataset in _plan.Datasets)
        {
            try
            {
                // The first dataset of composites is the one that everybody has; others have their own folder and captions.
                _datasets[dataset.Key] = dataset.Source switch
                {
                    DatasetSource.Sprite => Flat(dataset),
                    DatasetSource.Regularisation => Class(Sized(dataset, _plan.Regularisation!)),
                    DatasetSource.Composites => Composites(Sized(dataset, _plan.Backgrounds), backgrounds.Value, isFirst ? null : dataset.Key, $"{_artifacts}/dataset/{dataset.FolderName}", _plan.Composites),
                    _ => FolderDataset.List(dataset, _workspace) with { Profiles = _plan.ColorProfiles },
                };
                isFirst &= dataset.Source != DatasetSource.Composites;
            }
            catch (Exception exception) when (exception is InvalidDataException or DirectoryNotFoundException)
            {
                _broken[dataset.Key] = exception;
            }
        }
    }

    // Pictures of several sizes are trained in buckets.
    private static DatasetPlan Sized(DatasetPlan dataset, BackgroundsPlan pictures) => pictures.Sizes.Count == 0 ? dataset : dataset with { Buckets = new BucketPlan() };

    /// <summary>What the sprite is put on.</summary>
    /// <param name="Label">Names what is made of it.</param>
    /// <param name="File">The picture.</param>
    /// <param name="Seed">Its part of the composite's seed: the same whichever others there are.</param>
    /// <param name="Size">What it is brought to; null: it has its size.</param>
    private sealed record Background(string Label, Input File, uint Seed, PictureSize? Size);

    private static IEnumerable<Background> Made(StageNode drawn) => drawn.Jobs.Select((job, i) => new Background(job.Label, job.Output("image"), (uint)i, null));

    private IEnumerable<Background> Photos()
    {
        var plan = _plan.Backgrounds;
        if (plan.Folder is null)
            return [];
        var photos = PhotoFolder.List(plan.Folder, _workspace).Choose(plan.Count, plan.Seed);
        return PhotoFolder.Labels(photos).Zip(photos, (label, photo) => new Background(label, new FileRef(photo.Path, "background"), photo.Number(plan.Seed), plan.SizeOf(photo.Number(plan.Seed), _plan.Resolution)));
    }

    private StageNode Drawn(string name, string? version, string folder, BackgroundsPlan plan, bool isCaptioned)
    {
        var stage = StageNode.LabelOf(name, version);
        return Add(new StageNode(name, version,
        [
            .. Enumerable.Range(0, plan.Drawn).Select(i => (Number: i, Size: plan.SizeOf(i / plan.Prompts.Count, _plan.Resolution))).Select(one => new JobNode(
                stage,
                Number(one.Number),
                new DrawJob(_model, _modelName, plan.Prompts[one.Number % plan.Prompts.Count].Prompt, plan.Seed + one.Number, one.Size.Width, plan.Sampling with { BatchSize = 1 }, isCaptioned) { Height = one.Size.Height == one.Size.Width ? null : one.Size.Height, VaeName = _plan.VaeName },
                isCaptioned ? [$"{folder}/{Number(one.Number)}.png", $"{folder}/{Number(one.Number)}.txt"] : [$"{folder}/{Number(one.Number)}.png"])),
        ]) { Weight = plan.Drawn * plan.Sampling.Steps, Memory = ModelMemory });
    }

    private Dataset Flat(DatasetPlan plan)
    {
        var stage = StageNode.LabelOf("Composites", plan.Key);
        var scale = (_plan.Composites.Options.MinScale + _plan.Composites.Options.MaxScale) / 2;
        var path = $"{_artifacts}/dataset/{plan.FolderName}/{_plan.Name}";
        var job = new JobNode(stage, _plan.Name, new FlatPictureJob(Sprite, plan.Alpha, plan.Caption ?? _plan.TriggerWord, scale, _plan.Resolution) { Profiles = _plan.ColorProfiles }, [$"{path}.png", $"{path}.txt"]);
        Add(new StageNode("Composites", plan.Key, [job]));
        return new Dataset(plan, [new PictureFolder(plan.FolderName, plan.NumRepeats, [new PictureFile($"{_plan.Name}.png", job.Output("image")) { Caption = job.Output("caption") }])])
        {
            Masks = MaskSource.FlatSprite,
            SpriteMask = new SpriteMask(Sprite, new CompositeOptions(), scale),
        };
    }

    /// <summary>Pictures of the class. Nothing in them is the subject, and nothing is masked.</summary>
    private Dataset Class(DatasetPlan plan)
    {
        var stage = Drawn("Regularisation", plan.Key, $"{_artifacts}/regularisation/{plan.FolderName}", _plan.Regularisation!, isCaptioned: true);
        return new Dataset(plan, [new PictureFolder(plan.FolderName, plan.NumRepeats, [.. stage.Jobs.Select(job => new PictureFile($"{job.Label}.png", job.Output("image")) { Caption = job.Output(DrawJob.Caption) })])]);
    }

    private Dataset Composites(DatasetPlan plan, IReadOnlyList<Background> backgrounds, string? version, string folder, CompositesPlan composites)
    {
        var stage = StageNode.LabelOf("Composites", version);
        var pictures = Add(new StageNode("Composites", version,
        [
            .. backgrounds.Select(background => new JobNode(
                stage, background.Label, new CompositeJob(Sprite, background.File, CompositeJob.SeedOf(composites.Seed, background.Seed), composites.Options) { Profiles = _plan.ColorProfiles, Size = background.Size }, [$"{folder}/{background.Label}.png"])),
        ]));
        var captions = Tags(plan.Caption, pictures, version, folder);
        return new Dataset(plan,
        [
            new PictureFolder(plan.FolderName, plan.NumRepeats,
            [
                .. pictures.Jobs.Zip(captions.Jobs, (picture, caption) => new PictureFile($"{picture.Label}.png", picture.Output("image"))
                {
                    Caption = caption.Output("caption"),
                    MaskSeed = ((CompositeJob)picture.Job).Seed,
                }),
            ]),
        ])
        {
            Masks = MaskSource.Sprite,
            SpriteMask = new SpriteMask(Sprite, composites.Options, 0),
            Backgrounds = [.. backgrounds.Select(background => new NamedFile(background.Label, background.File))],
        };
    }

    private StageNode Tags(string? caption, StageNode pictures, string? version, string folder)
    {
        var stage = StageNode.LabelOf("Tags", version);
        var rules = new CaptionRules
        {
            GeneralThreshold = _plan.Tags.GeneralThreshold,
            CharacterThreshold = _plan.Tags.CharacterThreshold,
            RemoveUnderscore = _plan.Tags.RemoveUnderscore,
            TriggerWord = _plan.TriggerWord,
            Exclude = _plan.Tags.Exclude,
            Replace = _plan.Tags.Replace,
            Extra = _plan.Tags.Extra,
        };
        return Add(new StageNode("Tags", version,
        [
            .. pictures.Jobs.Select(picture => new JobNode(stage, picture.Label, new TagJob(picture.Output("image"), Tagger, rules, caption), [$"{folder}/{picture.Label}.txt"])),
        ]));
    }

    private TaggerFiles Tagger => new(new FileRef(_plan.Tagger.Model, "tagger"), new FileRef(_plan.Tagger.Tags, "tagger tags"), _plan.Device);

    /// <summary>What versions are measured on, where one is.</summary>
    private void AddValidation()
    {
        if (_plan.Validation is not { } plan || _plan.Versions.All(version => version.Monitoring.Validation is null))
            return;
        var backgrounds = Drawn("Backgrounds", ForValidation, $"{_artifacts}/validation/backgrounds", plan.Backgrounds, isCaptioned: false);
        var pictures = Composites(Sized(ValidationPlan.Dataset, plan.Backgrounds), [.. Made(backgrounds)], ForValidation, $"{_artifacts}/validation/composites", plan.Composites);
        _validation = new ValidationSet(pictures.ForUse(_plan.Resolution, masked: true), pictures.Backgrounds);
    }

    private void AddTraining(VersionPlan version)
    {
        if (version.Datasets.Any(dataset => _broken.ContainsKey(dataset.Key)))
            return;
        var datasets = DatasetsOf(version);
        var start = version.Training.Network.Start;
        var name = $"{_plan.Name}_{version.Name}";
        var job = new TrainJob(
            _model,
            _plan.BaseModelName ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(_plan.BaseModel)),
            name,
            _plan.Resolution,
            [.. datasets.Select(dataset => dataset.ForVersion(version, _plan.Resolution))],
            version.Training with
            {
                Network = version.Training.Network with { Start = start with { NetworkWeights = null, BaseWeights = [], BaseWeightsMultiplier = [] } },
                ModelSpec = version.Training.ModelSpec with { MetadataThumbnail = null },
            })
        {
            NetworkWeights = start.NetworkWeights is { } weights ? new FileRef(weights, "network weights") : null,
            BaseWeights = BaseWeights(version),
            VaeName = _plan.VaeName,
            Thumbnail = Thumbnail(version.Training.ModelSpec),
            Watch = Watch(version, datasets),
        };
        var logs = $"{_artifacts}/logs/{version.Name}";
        IReadOnlyList<string> paths =
        [
            $"{_artifacts}/lora/{name}.safetensors",
            $"{logs}/metrics.csv",
            $"{logs}/events.out.tfevents.0.slipway",
            .. version.Training.Saves.AreWanted ? [$"{_artifacts}/lora/{name}_saves/"] : Array.Empty<string>(),
            .. version.Monitoring.Validation is not null ? [$"{logs}/validation.json"] : Array.Empty<string>(),
            .. version.Monitoring.Samples is not null ? [$"{logs}/samples/"] : Array.Empty<string>(),
        ];
        var stage = StageNode.LabelOf("Train", version.Name);
        var steps = version.OptimizerSteps(_plan.Backgrounds.Known, _plan.Regularisation?.Count ?? 0) ?? 1000;
        _loras[version.Name] = Add(new StageNode("Train", version.Name, [new JobNode(stage, name, job, paths)]) { Weight = 2.0 * steps * version.Training.TrainBatchSize * version.Training.GradientAccumulationSteps, Memory = ModelMemory });
    }

    // They learned on top of them, and are drawn on top of them.
    private static IReadOnlyList<LoraInput> BaseWeights(VersionPlan version) =>
        [.. version.Training.Network.Start.Bases.Select(file => new LoraInput(Path.GetFileNameWithoutExtension(file.Path), new FileRef(file.Path, "base weights"), file.Multiplier))];

    private WatchOptions Watch(VersionPlan version, IReadOnlyList<Dataset> datasets)
    {
        var plan = version.Monitoring;
        return new WatchOptions
        {
            Validation = plan.Validation,
            Pictures = plan.Validation is null ? null : _validation,
            LearnedBackgrounds = plan.Validation is null
                ? []
                : [.. datasets.SelectMany((dataset, i) => dataset.Backgrounds.Select(file => new NamedFile($"{i}/{file.Name}", file.File)))],
            EarlyStopping = plan.EarlyStopping,
            SampleEvery = plan.Samples,
            Samples = plan.Samples is null ? null : Samples() with { Seeds = [_plan.Evaluation.Seeds[0]] },
        };
    }

    private SampleSettings Samples() => new(_plan.Evaluation.Prompts, _plan.Evaluation.Seeds, _plan.Evaluation.Multiplier, _plan.Evaluation.Sampling, _plan.Resolution);

    private void AddEnsemble(EnsemblePlan plan)
    {
        if (!plan.Of.All(_loras.ContainsKey))
            return;
        var first = _plan.Version(plan.Of[0]);
        var name = $"{_plan.Name}_{plan.Name}";
        var job = new EnsembleJob(_model, name, [.. plan.Of.Zip(plan.Ratios, (of, ratio) => new LoraInput($"{_plan.Name}_{of}", _loras[of].Jobs[0].Output("lora"), ratio))], plan.Rank, plan.ConvRank)
        {
            Validation = first.Monitoring.Validation is { } options && _validation is not null
                ? new EnsembleJob.Measurement(_validation.Pictures, _plan.Resolution, options.ValidationTimesteps, first.Training.Weighting, options.ValidationSeed ?? first.Training.Seed)
                : null,
            ModelSpec = plan.ModelSpec with { MetadataThumbnail = null },
            Thumbnail = Thumbnail(plan.ModelSpec),
        };
        IReadOnlyList<string> paths = [$"{_artifacts}/lora/{name}.safetensors", .. job.Validation is null ? Array.Empty<string>() : [$"{_artifacts}/logs/{plan.Name}/validation.json"]];
        _loras[plan.Name] = Add(new StageNode("Ensemble", plan.Name, [new JobNode(StageNode.LabelOf("Ensemble", plan.Name), name, job, paths)]) { Memory = ModelMemory });
    }

    private static FileRef? Thumbnail(ModelSpecOptions spec) => spec.MetadataThumbnail is { } thumbnail ? new FileRef(thumbnail, "thumbnail") : null;

    private void AddEvaluation()
    {
        var plan = _plan.Evaluation;
        var versions = new List<VersionSamples> { Samples(Base, []) };
        foreach (var version in _plan.Versions.Where(version => _loras.ContainsKey(version.Name)))
            versions.Add(Samples(version.Name, [.. BaseWeights(version), Drawn(version.Name)]) with { Learned = Learned(version) });
        foreach (var ensemble in _plan.Ensembles.Where(ensemble => _loras.ContainsKey(ensemble.Name)))
            versions.Add(Samples(ensemble.Name, [Drawn(ensemble.Name)]) with { Learned = Learned([.. ensemble.Of.Select(_plan.Version)]) });
        var steps = AddSteps();
        new PlanGrids(_plan, _workspace, _model, _modelName) { Loras = Drawn, Sample = SampleOf, Memory = ModelMemory }.Stages(_loras.Keys.ToHashSet(StringComparer.Ordinal)).ToList().ForEach(stage => Add(stage));
        var job = new EvaluateJob(
            _plan.Name, Sprite, Tagger, versions, [.. plan.Prompts.Select(prompt => prompt.Kind)], plan.Seeds, plan.Sampling with { BatchSize = 1 }, plan.Table is not null)
        {
            Prompts = [.. plan.Prompts.Select(prompt => prompt.Prompt)],
            Untriggered = Untriggered,
            UntriggeredSeeds = UntriggeredSeeds,
            Composites = _plan.Composites.Options,
            Scenes = Scenes(),
            Saved = steps,
            Encoder = plan.Encoder is null ? null : EncoderListing.Of(plan.Encoder, _workspace),
            Profiles = _plan.ColorProfiles,
            TagThreshold = _plan.Tags.GeneralThreshold,
        };
        IReadOnlyList<string> paths =
        [
            $"{_artifacts}/evaluation.json",
            .. GridFile.Paths($"{_artifacts}/grids/versions.png", job.VersionsLayout),
            .. versions.SelectMany(version => GridFile.Paths($"{_artifacts}/grids/{version.Name}.png", job.VersionLayout)),
            .. plan.Table is null ? Array.Empty<string>() : [$"{_artifacts}/grids/{plan.Table}.png"],
        ];
        var evaluation = Add(new StageNode("Evaluate", null, [new JobNode("Evaluate", "evaluation", job, paths)]));
        var used = _datasets.Values.Where(dataset => _plan.Versions.Any(version => version.Datasets.Any(one => one.Key == dataset.Plan.Key)));
        Add(new PlanReport(_plan, _workspace, _loras).Stage(evaluation.Jobs[0].Output("evaluation"), Sprite, Samples() with { Sampling = job.Sampling }, versions, steps, used));
    }

    /// <summary>What was saved on the way, drawn and measured; nothing where no version saves.</summary>
    private List<StepSamples> AddSteps()
    {
        var samples = new List<StepSamples>();
        var steps = new PlanSteps(_plan, _model, _modelName) { Loras = Drawn, Datasets = DatasetsOf, Sizes = new PictureSizes(_stages, _workspace), Untriggered = _plan.Evaluation.DriftSeeds > 0 ? Untriggered : [], Memory = ModelMemory };
        foreach (var (stage, drawn) in _plan.Versions.Where(version => _loras.ContainsKey(version.Name)).Select(steps.Of).OfType<(StageNode, IReadOnlyList<StepSamples>)>())
        {
            Add(stage);
            samples.AddRange(drawn);
        }

        return samples;
    }

    /// <summary>The LoRAs of a version at a strength, with what it learned on top of; of a save, the file of the training's folder.</summary>
    private IReadOnlyList<LoraInput> Drawn(string version, SavedAt? saved, double strength)
    {
        var node = _loras[version].Jobs[0];
        var name = $"{_plan.Name}_{version}";
        var lora = saved is null ? new LoraInput(name, node.Output("lora"), strength) : new LoraInput(saved.NameOf(name), node.Output(TrainingSaves.OutputOf(saved.NameOf(name))), strength);
        return _plan.Versions.FirstOrDefault(one => one.Name == version) is { } trained ? [.. BaseWeights(trained), lora] : [lora];
    }

    /// <summary>The picture that the evaluation draws of the same; null where there is none.</summary>
    private Input? SampleOf(GridCell cell)
    {
        var plan = _plan.Evaluation;
        var kind = plan.Prompts.ToList().FindIndex(prompt => prompt.Prompt == cell.Prompt);
        var seed = plan.Seeds.ToList().IndexOf(cell.Seed);
        var isAsUsual = cell.Saved is null && (cell.Version is null || cell.Strength == plan.Multiplier) && cell.Sampling == plan.Sampling with { BatchSize = 1 };
        return kind < 0 || seed < 0 || !isAsUsual ? null : new Ref(JobNode.IdOf(StageNode.LabelOf("Samples", cell.Version ?? Base), "samples"), SamplesJob.NameOf((kind * plan.Seeds.Count) + seed));
    }

    private LoraInput Drawn(string version) => new($"{_plan.Name}_{version}", _loras[version].Jobs[0].Output("lora"), _plan.Evaluation.Multiplier);

    private VersionSamples Samples(string version, IReadOnlyList<LoraInput> loras)
    {
        var plan = _plan.Evaluation;
        var stage = StageNode.LabelOf("Samples", version);
        string[] names = [.. plan.Prompts.SelectMany(prompt => plan.Seeds.Select(seed => $"{prompt.FileName}_{seed}"))];
        var settings = loras.Count == 0 ? Samples() with { Multiplier = 1 } : Samples();
        var node = new JobNode(stage, "samples", new SamplesJob(_model, _modelName, loras, settings) { VaeName = _plan.VaeName }, [.. names.Select(name => $"{_artifacts}/samples/{version}/{name}.png")]);
        Add(new StageNode("Samples", version, [node]) { Weight = names.Length * plan.Sampling.Steps * 0.5, Memory = ModelMemory });
        return new VersionSamples(version, Files(names, node)) { Untriggered = Drift(version, loras, settings) };
    }

    /// <summary>The same prompts without the trigger word, with fewer seeds: what else the LoRA has changed.</summary>
    private IReadOnlyList<NamedFile> Drift(string version, IReadOnlyList<LoraInput> loras, SampleSettings settings)
    {
        string[] names = [.. Untriggered.SelectMany(prompt => UntriggeredSeeds.Select(seed => $"{prompt.FileName}_{seed}"))];
        if (names.Length == 0)
            return [];
        var job = new SamplesJob(_model, _modelName, loras, settings with { Prompts = Untriggered, Seeds = UntriggeredSeeds }) { VaeName = _plan.VaeName };
        var node = new JobNode(StageNode.LabelOf("Drift", version), "samples", job, [.. names.Select(name => $"{_artifacts}/drift/{version}/{name}.png")]);
        Add(new StageNode("Drift", version, [node]) { Weight = names.Length * _plan.Evaluation.Sampling.Steps * 0.5, Memory = ModelMemory });
        return Files(names, node);
    }

    private IReadOnlyList<PromptPlan> Untriggered => field ??=
    [
        .. _plan.Evaluation.Prompts.Select(prompt => (prompt.Kind, prompt.Size, Text: PromptTexts.Without(prompt.Prompt, _plan.TriggerWord)))
            .Where(prompt => prompt.Text is not null)
            .Select(prompt => new PromptPlan(prompt.Kind, prompt.Text!) { Size = prompt.Size }),
    ];

    private IReadOnlyList<long> UntriggeredSeeds => [.. _plan.Evaluation.Seeds.Take(_plan.Evaluation.DriftSeeds)];

    /// <summary>At most so many of the pictures that they learn from, evenly spread: decoding more would take longer than it tells.</summary>
    private IReadOnlyList<NamedFile> Learned(params IReadOnlyList<VersionPlan> versions)
    {
        const int Most = 200;
        var pictures = versions.SelectMany(DatasetsOf).Where(dataset => !dataset.Plan.IsReg).DistinctBy(dataset => dataset.Plan.Key).SelectMany(dataset =>
            dataset.Folders.SelectMany(folder => folder.Pictures.Select(picture => new NamedFile($"{dataset.Plan.Key}/{folder.Name}/{picture.Name}", picture.Image))));
        return [.. MascotCalibration.Spread([.. pictures], Most)];
    }

    /// <summary>Backgrounds that are drawn anyway.</summary>
    private IReadOnlyList<NamedFile> Scenes()
    {
        var used = _plan.Versions.Where(version => _loras.ContainsKey(version.Name)).SelectMany(DatasetsOf).SelectMany(dataset => dataset.Backgrounds).DistinctBy(file => file.Name);
        return [.. MascotCalibration.Spread([.. used], MascotCalibration.Scenes)];
    }

    private static IReadOnlyList<NamedFile> Files(IEnumerable<string> names, JobNode node) => [.. names.Select((name, number) => new NamedFile(name, node.Output(SamplesJob.NameOf(number))))];

    private StageNode Add(StageNode stage)
    {
        _stages.Add(stage);
        return stage;
    }

    // The weights, and what loading and computing take beside them.
    private long? ModelMemory()
    {
        const long Beside = 512L << 20;
        var bytes = _model.BaseModel.Sum(file => new FileInfo(Path.Combine(_workspace, ((FileRef)file.File).Path)) is { Exists: true } found ? found.Length : 0);
        return (bytes * 3 / 2) + Beside;
    }

    private static string Number(int index) => index.ToString("D3", CultureInfo.InvariantCulture);
}
