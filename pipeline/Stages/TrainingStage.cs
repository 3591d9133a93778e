using System.Globalization;
using Slipway.Engine.Caching;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Preflights;
using Slipway.Training.Data;
using Slipway.Training.Loop;
using Slipway.Training.LoraFiles;
using Slipway.Training.Metadata;
using Slipway.Training.Metrics;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// One LoRA version. Reads: the pictures and captions of its dataset, the base model, LoRA files to start from. Parameters: all training
/// options. Writes: <c>artifacts/lora/{name}_{version}.safetensors</c>, <c>artifacts/logs/{version}/metrics.csv</c>
/// and TensorBoard events, and what <see cref="TrainingMonitor"/> adds. A kill loses the work since the last checkpoint; the bytes in the end are the same.
/// </summary>
/// <param name="context">The plan, the model, whom to tell.</param>
/// <param name="before">Called before a training that has to run; null: nothing.</param>
internal sealed class TrainingStage(StageContext context, Func<CancellationToken, Task>? before = null)
{
    private const int CheckpointEvery = 50;

    public Task<StageOutcome> RunAsync(StageRunner runner, TrainingData data, ValidationPictures? validation, CancellationToken cancel)
    {
        var stage = new Stage
        {
            Name = "Train",
            Version = data.Version.Name,
            CodeVersion = 4,
            OutputFolder = context.Plan.ArtifactsFolder,
            Body = async (batch, token) =>
            {
                await (before?.Invoke(token) ?? Task.CompletedTask);
                await Task.Run(() => Train(batch[0], data, validation, token), token);
            },
        };
        return runner.RunAsync(stage, Item(data.Version, data, validation), cancel);
    }

    private string OutputName(VersionPlan version) => $"{context.Plan.Name}_{version.Name}";

    private StageItem Item(VersionPlan version, TrainingData data, ValidationPictures? validation) => new(
        OutputName(version),
        [
            .. data.Entries,
            .. validation?.Entries ?? [],
            .. version.Monitoring.Samples is null ? [] : SampleEntries(),
            .. new StartingWeights(context).Entries(version.Training.Network.Start),
            .. version.Parameters.Select(pair => FingerprintEntry.Parameter(pair.Key, pair.Value)),
            FingerprintEntry.Parameter("resolution", context.Plan.Resolution),
            FingerprintEntry.Parameter("output_name", OutputName(version)),
            Provenance.Version,
            .. context.ModelEntries.Value,
        ],
        [$"lora/{OutputName(version)}.safetensors", $"logs/{version.Name}/metrics.csv", $"logs/{version.Name}/events.out.tfevents.0.slipway", .. TrainingSaves.Outputs(version, OutputName(version)), .. TrainingMonitor.Outputs(version)]);

    private IEnumerable<FingerprintEntry> SampleEntries()
    {
        var plan = context.Plan.Evaluation;
        return
        [
            FingerprintEntry.Parameter("sample_prompts", plan.Prompts.SelectMany(prompt => new[] { prompt.Kind, prompt.Prompt })),
            FingerprintEntry.Parameter("sample_seed", plan.Seeds[0]),
            FingerprintEntry.Parameter("sample_multiplier", plan.Multiplier),
            FingerprintEntry.Parameter("sample_batch_size", plan.Sampling.BatchSize),
            .. plan.Sampling.Entries(context.Plan.Resolution).Select(entry => entry with { Role = $"sample_{entry.Role}" }),
        ];
    }

    private void Train(StageWork work, TrainingData data, ValidationPictures? validation, CancellationToken cancel)
    {
        var version = data.Version;
        Preflight(data, validation);
        var images = data.Read();
        var model = context.Model.Value;
        var measured = validation?.Read(context.Plan.Resolution, data.Hashes);
        var metadata = LoraMetadata.FromTraining(version.Training, images, Origin(work, data, model.Schedule.PredictsVelocity) with { ValidationImages = measured?.Count ?? 0 });
        var saves = new TrainingSaves(work, version.Training.Saves, OutputName(version), metadata);
        using var monitor = new TrainingMonitor(context, work, version, measured, cancel);
        using var csv = new MetricsCsv(work.PathOf(1), withValidation: monitor.Measures);
        using var events = new TensorBoardWriter(work.PathOf(2), DateTimeOffset.UnixEpoch) { PicturesOf = monitor.PicturesOf };
        var sinks = new TrainingSinks
        {
            Metrics = [csv, events],
            Hooks = [.. monitor.Hooks, .. saves.Hooks],
            Progress = progress => Report(version, progress),
            CheckpointFolder = work.CheckpointFolder,
            CheckpointEverySteps = CheckpointEvery,
            Tensors = new TensorCache(context.Cache.Kept, context.ModelEntries.Value, context.Progress.Warn),
        };
        using var network = Trainer.Run(model, new StartingWeights(context).Resolve(version.Training), images, sinks, cancel);
        monitor.Finish();
        saves.Finish();
        var perEpoch = new BatchPlan(images, version.Training.TrainBatchSize, version.Training.GradientAccumulationSteps, version.Training.Seed).StepsPerEpoch;
        LoraFile.Save(network, work.PathOf(), monitor.KeptStep is { } step ? LoraMetadata.At(metadata, step, perEpoch) : metadata);
    }

    private LoraOrigin Origin(StageWork work, TrainingData data, bool predictsVelocity) => new()
    {
        OutputName = OutputName(data.Version),
        ModelName = Path.GetFileName(context.Plan.BaseModel),
        ModelHash = context.BaseModel.IsSingleFile ? context.BaseModel.Hash : null,
        LegacyModelHash = context.BaseModel.LegacyHash,
        MixedPrecision = context.Plan.MixedPrecision,
        PredictsVelocity = predictsVelocity,
        Buckets = data.BucketOptions,
        Validation = data.Version.Monitoring.Validation,
        Additional = Provenance.Of(work.Fingerprint),
    };

    /// <summary>What is about to be learned, before any picture is decoded and the model is loaded.</summary>
    /// <exception cref="InvalidDataException">It is not to be: why, a line each.</exception>
    private void Preflight(TrainingData data, ValidationPictures? validation)
    {
        var preflight = new VersionPreflight(context.Plan, data, validation);
        if (preflight.Problems.Count > 0)
        {
            throw new InvalidDataException(string.Join("\n", preflight.Problems));
        }

        context.Progress.Line(PreflightText.Line(preflight));
        if (data.Version.Training.Network.Start.BaseWeights.Count > 0)
            context.Progress.Warn($"{data.Version.Name}: learns on top of `base_weights`, which its pictures have and its file has not; use them together with it, or --target=Merge them into the model.");
    }

    private void Report(VersionPlan version, TrainingProgress progress)
    {
        var figures = progress.Metrics;
        context.Progress.Report($"Train {version.Name}", figures.Step, progress.Steps, string.Create(
            CultureInfo.InvariantCulture,
            $"loss {figures.AverageLoss:F4}, gradient norm {figures.GradNorm:F3}, learning rate {figures.LrUNet:G3}, {progress.TimeLeft:mm\\:ss} left"));
    }
}
