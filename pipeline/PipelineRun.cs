using Slipway.Engine.Caching;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Preflights;
using Slipway.Pipeline.Stages;

namespace Slipway.Pipeline;

/// <summary>One pass over the stages: what has been looked at is not looked at again.</summary>
/// <param name="context">What every stage is given.</param>
/// <param name="runner">Runs stages, or says what would run.</param>
/// <param name="summaries">Takes a line about each stage.</param>
/// <param name="look">A pass that only looks: for the preflight of trainings; null: there is none.</param>
internal sealed class PipelineRun(StageContext context, StageRunner runner, List<StageSummary> summaries, Func<PipelineRun>? look = null)
{
    private readonly Dictionary<string, StageOutcome> _outcomes = new(StringComparer.Ordinal);
    private Task? _preflight;

    /// <summary>What became of the stages, in the order in which they were looked at.</summary>
    public IEnumerable<StageOutcome> Outcomes => _outcomes.Values;

    public async Task RunAsync(PipelineStage stage, string? version, CancellationToken cancel)
    {
        var versions = context.Plan.Versions.Where(plan => version is null || plan.Name == version).ToArray();
        switch (stage)
        {
            case PipelineStage.Backgrounds:
                await BackgroundsAsync(cancel);
                break;
            case PipelineStage.Composites or PipelineStage.Tags:
                foreach (var dataset in context.Plan.Datasets)
                {
                    await DatasetAsync(dataset, tags: stage == PipelineStage.Tags, cancel);
                }

                break;
            case PipelineStage.Training:
                foreach (var plan in versions)
                {
                    await TrainAsync(plan, version, cancel);
                }

                foreach (var plan in context.Plan.Ensembles.Where(plan => version is null || plan.Name == version))
                {
                    await EnsembleAsync(plan, cancel);
                }

                break;
            case PipelineStage.Evaluation:
                await EvaluateAsync(cancel);
                break;
        }
    }

    /// <summary>Trains again into a folder of its own, without looking at the cache, and compares the files.</summary>
    public async Task<string?> ReproduceAsync(string version, CancellationToken cancel)
    {
        var plan = context.Plan.Version(version);
        var known = _outcomes[$"Train {version}"];
        var data = await DataAsync(plan, cancel);
        var validation = await ValidationAsync(plan, cancel);
        var folder = Directory.CreateTempSubdirectory("slipway-reproduce-").FullName;
        try
        {
            using var cache = new Cache(folder, context.Progress.Warn);
            var again = new StageRunner(cache, new LockFile(Path.Combine(folder, "lock.yaml")), "reproduce", new ProgressLog(context.Progress), context.Plan.Salt);
            var outcome = await new TrainingStage(context).RunAsync(again, data, validation, cancel);
            var different = outcome.Items[0].Files.Where(file => known.Items[0].Files.Single(old => old.RelativePath == file.RelativePath).Hash != file.Hash).ToArray();
            return different.Length == 0 ? null : string.Join(", ", different.Select(file => file.RelativePath));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Task<StageOutcome> BackgroundsAsync(CancellationToken cancel)
        => OnceAsync("Backgrounds", null, () => new DrawnPicturesStage(context, context.Plan.Backgrounds, PictureSet.Backgrounds).RunAsync(runner, cancel));

    /// <summary>A dataset's files; null while they are only to be laid out and not yet captioned.</summary>
    private async Task<Dataset?> DatasetAsync(DatasetPlan plan, bool tags, CancellationToken cancel)
    {
        switch (plan.Source)
        {
            case DatasetSource.Sprite:
                var flat = new FlatPictureStage(context);
                return flat.Dataset(plan, await OnceAsync("Composites", plan.Key, () => flat.RunAsync(runner, plan, cancel)));
            case DatasetSource.Regularisation:
                return DrawnPicturesStage.Dataset(plan, await OnceAsync("Regularisation", plan.Key, () => new DrawnPicturesStage(context, context.Plan.Regularisation!, PictureSet.Regularisation(plan)).RunAsync(runner, cancel)));
            case DatasetSource.Composites:
                return await CompositesAsync(plan, tags, cancel);
            default:
                return FolderDataset.Read(plan, context.Cache.Workspace, context.Cache.Hasher);
        }
    }

    private async Task<Dataset?> CompositesAsync(DatasetPlan plan, bool tags, CancellationToken cancel)
    {
        // The first dataset of composites is the one that everybody has; others have their own folder and captions.
        var label = context.Plan.Datasets.First(dataset => dataset.Source == DatasetSource.Composites) == plan ? null : plan.Key;
        var backgrounds = await BackgroundsAsync(cancel);
        var stage = new CompositesStage(context, context.Plan.Composites, PictureSet.Of(plan, label));
        var composites = await OnceAsync("Composites", label, () => stage.RunAsync(runner, backgrounds, cancel));
        if (!tags)
        {
            return null;
        }

        var captions = await OnceAsync("Tags", label, () => new TagsStage(context, plan.Caption, PictureSet.Of(plan, label)).RunAsync(runner, composites, cancel));
        return stage.Dataset(plan, composites, captions) with { Sources = [.. backgrounds.Hashes] };
    }

    /// <summary>Everything that a version learns from, made as far as it is not there.</summary>
    public async Task<TrainingData> DataAsync(VersionPlan plan, CancellationToken cancel)
    {
        var datasets = new List<Dataset>();
        foreach (var dataset in plan.Datasets)
        {
            datasets.Add((await DatasetAsync(dataset, tags: true, cancel))!);
        }

        return new TrainingData(plan, datasets, context.Plan.Resolution);
    }

    /// <summary>Looks at what versions are about to learn, without making anything.</summary>
    /// <param name="version">Only this version; null for all.</param>
    /// <param name="cancel">Stops between stages.</param>
    public async Task<Preflight> PreflightAsync(string? version, CancellationToken cancel)
    {
        var (found, problems, equal) = (new List<VersionPreflight>(), new List<string>(), new List<VersionPreflight>());
        foreach (var plan in context.Plan.Versions)
        {
            var isAsked = version is null || plan.Name == version;
            if (!isAsked && !context.Plan.EqualOptimizerSteps.Contains(plan.Name))
            {
                continue;
            }

            try
            {
                var seen = new VersionPreflight(context.Plan, await DataAsync(plan, cancel), await ValidationAsync(plan, cancel));
                found.AddRange(isAsked ? [seen] : []);
                equal.AddRange(context.Plan.EqualOptimizerSteps.Contains(plan.Name) ? [seen] : []);
            }
            catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
            {
                problems.AddRange(isAsked ? [exception.Message] : []);
            }
        }

        using var memory = new MemoryPreflight(context);
        return Preflight.Of(found, equal, problems, memory);
    }

    // Once, when the first training has to run: what is wrong with the last version shows before hours go into the first.
    private Task BeforeTrainingAsync(string? version, CancellationToken cancel)
    {
        return _preflight ??= RequireAsync();

        async Task RequireAsync()
        {
            if (look is not null && (await look().PreflightAsync(version, cancel)).Problems is { Count: > 0 } problems)
            {
                throw new InvalidDataException(string.Join("\n", problems));
            }
        }
    }

    private async Task<StageOutcome> TrainAsync(VersionPlan plan, string? asked, CancellationToken cancel)
    {
        var data = await DataAsync(plan, cancel);
        var validation = await ValidationAsync(plan, cancel);
        return await OnceAsync("Train", plan.Name, () => new TrainingStage(context, token => BeforeTrainingAsync(asked, token)).RunAsync(runner, data, validation, cancel));
    }

    /// <summary>What a version is measured on; null where it is not measured.</summary>
    private async Task<ValidationPictures?> ValidationAsync(VersionPlan version, CancellationToken cancel)
    {
        if (version.Monitoring.Validation is null)
        {
            return null;
        }

        var plan = context.Plan.Validation!;
        var name = PictureSet.Validation.Label;
        var backgrounds = await OnceAsync("Backgrounds", name, () => new DrawnPicturesStage(context, plan.Backgrounds, PictureSet.ValidationBackgrounds).RunAsync(runner, cancel));
        var stage = new CompositesStage(context, plan.Composites, PictureSet.Validation);
        var composites = await OnceAsync("Composites", name, () => stage.RunAsync(runner, backgrounds, cancel));
        var captions = await OnceAsync("Tags", name, () => new TagsStage(context, caption: null, PictureSet.Validation).RunAsync(runner, composites, cancel));
        return new ValidationPictures(stage.Dataset(ValidationPlan.Dataset, composites, captions), backgrounds);
    }

    private async Task EvaluateAsync(CancellationToken cancel)
    {
        var samples = new SamplesStage(context);
        var all = new List<(string Version, StageOutcome Samples)>
        {
            (SamplesStage.Base, await OnceAsync("Samples", SamplesStage.Base, () => samples.RunAsync(runner, SamplesStage.Base, null, cancel))),
        };
        foreach (var plan in context.Plan.Versions)
        {
            var lora = await TrainAsync(plan, null, cancel);
            all.Add((plan.Name, await OnceAsync("Samples", plan.Name, () => samples.RunAsync(runner, plan.Name, lora, cancel))));
        }

        foreach (var plan in context.Plan.Ensembles)
        {
            var lora = await EnsembleAsync(plan, cancel);
            all.Add((plan.Name, await OnceAsync("Samples", plan.Name, () => samples.RunAsync(runner, plan.Name, lora, cancel))));
        }

        var evaluation = await OnceAsync("Evaluate", null, () => new EvaluationStage(context).RunAsync(runner, all, cancel));
        if (context.Plan.Evaluation.Table is { } table && !runner.StatusOnly)
        {
            WriteTable(table, evaluation, all.Select(version => version.Version));
        }
    }

    private async Task<StageOutcome> EnsembleAsync(EnsemblePlan plan, CancellationToken cancel)
    {
        var members = new List<StageOutcome>();
        foreach (var name in plan.Of)
        {
            members.Add(await TrainAsync(context.Plan.Version(name), null, cancel));
        }

        var validation = await ValidationAsync(context.Plan.Version(plan.Of[0]), cancel);
        return await OnceAsync("Ensemble", plan.Name, () => new EnsembleStage(context, plan).RunAsync(runner, members, validation, cancel));
    }

    private void WriteTable(string name, StageOutcome evaluation, IEnumerable<string> versions)
    {
        var figures = Evaluation.Parse(File.ReadAllText(evaluation.Items[0].Files.First(file => file.Slot == 0).Path)).Versions;
        var table = new ComparisonTable();
        foreach (var version in versions)
        {
            var made = _outcomes.GetValueOrDefault($"Train {version}") ?? _outcomes.GetValueOrDefault($"Ensemble {version}");
            var measured = made?.Items[0].Files.FirstOrDefault(file => file.RelativePath == $"{context.Plan.ArtifactsFolder}/logs/{version}/validation.json");
            table.Add(version, figures[version], measured is null ? null : KeptMeasurement.Parse(File.ReadAllText(measured.Path)), made is null ? null : TimeOf(made));
        }

        var path = $"{context.Plan.ArtifactsFolder}/{name}.md";
        File.WriteAllText(context.PathOf(path), table.ToString());
        context.Cache.LaidOut.Replace("Table", evaluation.Fingerprint!.Value, [(path, context.Cache.Hasher.Hash(context.PathOf(path)))]);
        context.Progress.Line($"{path}:\n{table}");
    }

    /// <summary>How long it took when it was made, whenever that was.</summary>
    private TimeSpan? TimeOf(StageOutcome outcome) =>
        context.Cache.Actions.TryGetManifest(outcome.Fingerprint!.Value) is { } manifest ? context.Cache.Actions.TryGet(manifest.Items[0].Key)?.Duration : null;

    private async Task<StageOutcome> OnceAsync(string stage, string? version, Func<Task<StageOutcome>> run)
    {
        var label = version is null ? stage : $"{stage} {version}";
        if (_outcomes.TryGetValue(label, out var known))
        {
            return known;
        }

        var outcome = await run();
        _outcomes.Add(label, outcome);
        summaries.Add(new StageSummary(stage, version, outcome.Run, outcome.Reused, outcome.Duration));
        return outcome;
    }
}
