using System.Globalization;
using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Datasets;
using Slipway.Training.Data;
using Slipway.Training.Loop;
using Slipway.Training.LoraFiles;
using Slipway.Training.Memory;
using Slipway.Training.Metadata;
using Slipway.Training.Metrics;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// One LoRA version: a LoRA file, the figures of every step, and what <see cref="TrainingMonitor"/> and <see cref="TrainingSaves"/> add. A
/// kill loses the work since the last checkpoint; the bytes in the end are the same.
/// </summary>
/// <param name="Model">The base model.</param>
/// <param name="ModelName">Name of its file or folder, which is in the LoRA's metadata.</param>
/// <param name="OutputName">Name of the LoRA, likewise.</param>
/// <param name="Resolution">Side of a square of the greatest area, in pixels.</param>
/// <param name="Subsets">What it learns from.</param>
/// <param name="Training">How. Without files to start from: these are members of their own.</param>
public sealed record TrainJob(
    [property: Inline] ModelUse Model, string ModelName, string OutputName, int Resolution, [property: Inline] IReadOnlyList<Subset> Subsets, [property: Inline] TrainingOptions Training) : IJob
{
    private const int Code = 7;

    // What a DoRA's lengths are of where nobody says it has changed; other trainings have not.
    private const int DoraCode = 8;

    // What a training in f16 is since its loss is scaled.
    private const int ScaledCode = 9;

    // What a training is whose text encoders have a rate each since its metadata and figures have both.
    private const int SplitCode = 10;

    // What a training is whose own pictures name the plan's autoencoder and clip_skip.
    private const int ToldCode = 11;

    private const int CheckpointEvery = 50;

    /// <summary>The LoRA file whose training goes on; null: new branches.</summary>
    public Input? NetworkWeights { get; init; }

    /// <summary>LoRA files that are part of the base model while it learns.</summary>
    public IReadOnlyList<LoraInput> BaseWeights { get; init; } = [];

    /// <summary>What web UIs call the model: a checkpoint's name without extension.</summary>
    internal string ShownModelName => Model.IsSingleFile ? Path.GetFileNameWithoutExtension(ModelName) : ModelName;

    /// <summary>A picture to show the LoRA by, a small one of which is in its metadata; null: none.</summary>
    public Input? Thumbnail { get; init; }

    /// <summary>Name of the file of another autoencoder, which is in the LoRA's metadata too; null: the model has its own.</summary>
    public string? VaeName { get; init; }

    /// <summary>How it is watched.</summary>
    public WatchOptions Watch { get; init; } = new();

    /// <inheritdoc/>
    public JobKind Kind => new("Train", IsTold ? ToldCode : SplitsText ? SplitCode : ScalesLoss ? ScaledCode : Training.Network.Adapter.DoraWd ? DoraCode : Code);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [.. Model.Environment, EnvironmentGroups.Skia, EnvironmentGroups.Slipway];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => [new("lora"), new("metrics"), new("events"), .. TrainingSaves.Outputs(Training.Saves), .. Watch.Outputs];

    /// <inheritdoc/>
    public void Run(JobIo io)
    {
        if (Overlap(io) is { } overlap)
            throw new InvalidDataException(overlap);
        var images = TrainingSet.Read(Subsets, Resolution, io);
        var batches = new BatchPlan(images, Training.TrainBatchSize, Training.GradientAccumulationSteps, Training.Seed);
        Say(io, images, batches);
        var model = Model.Load(io);
        var measured = Watch.Pictures is null ? null : TrainingSet.Reader(Watch.Pictures.Pictures, Resolution, io).Read();
        var metadata = LoraMetadata.FromTraining(Training, images, Origin(io, model.Schedule.PredictsVelocity) with { ValidationImages = measured?.Count ?? 0 });
        var saves = new TrainingSaves(io, Training.Saves, OutputName, metadata);
        using var monitor = new TrainingMonitor(this, io, measured);
        using var csv = new MetricsCsv(io.Output("metrics"), withValidation: monitor.Measures, withLossScale: ScalesLoss, withSecondRate: SplitsText);
        using var events = new TensorBoardWriter(io.Output("events"), DateTimeOffset.UnixEpoch) { PicturesOf = monitor.PicturesOf };
        var sinks = new TrainingSinks
        {
            Metrics = [csv, events],
            Hooks = [.. monitor.Hooks, .. saves.Hooks],
            Progress = progress => io.Report(progress.Metrics.Step, progress.Steps, progress.Describe()),
            Warn = io.Warn,
            CheckpointFolder = io.CheckpointFolder,
            CheckpointEverySteps = CheckpointEvery,
            Tensors = new KeptTensors(io.Kept, Model.Entries(io), io.Warn),
            HasAmpleMemory = Training.GradientCheckpointing == Checkpointing.Auto && HasAmpleMemory(model, images, DeviceMemory.Free(cuda: !IsOnCpu(model))),
        };
        using var network = Trainer.Run(model, WithFiles(io), images, sinks, io.Cancellation);
        monitor.Finish();
        saves.Finish();
        LoraFile.Save(network, io.Output("lora"), monitor.KeptStep is { } step ? LoraMetadata.At(metadata, step, batches.StepsPerEpoch) : metadata, LoraFile.TypeOf(Training.Saves.SavePrecision));
    }

    private bool IsTold => Watch.SampleEvery is not null && Model.IsToldOf;

    private bool SplitsText => Training.EffectiveTextEncoderLr2 != Training.EffectiveTextEncoderLr;

    private bool ScalesLoss => Model.MixedPrecision == "fp16";

    /// <summary>Whether nothing has to be computed again. What the machine has free decides about time alone: the bytes are the same either way.</summary>
    /// <param name="model">The model, loaded.</param>
    /// <param name="images">The pictures.</param>
    /// <param name="free">Free bytes; null: nobody knows.</param>
    internal bool HasAmpleMemory(SdxlModel model, IReadOnlyList<TrainingImage> images, long? free)
    {
        var largest = images.MaxBy(image => (long)image.Width * image.Height)!;
        var estimate = MemoryEstimate.ForTraining(model, Training with { GradientCheckpointing = Checkpointing.False }, largest.Width, largest.Height, !IsOnCpu(model), isRaised: RaisedPrecision.IsNeededHere);
        return estimate.FitsBesideModel(free, isShared: IsOnCpu(model));
    }

    private static bool IsOnCpu(SdxlModel model) => model.Device.type == TorchSharp.DeviceType.CPU;

    // That nothing is measured on what is learned is proved by content, before anything is decoded.
    private string? Overlap(JobIo io) =>
        Watch.Pictures?.Overlap(Subsets, Watch.LearnedBackgrounds, input => new JobInput(io.NameOf(input), io.PathOf(input), io.HashOf(input)));

    private TrainingOptions WithFiles(JobIo io) => Training with
    {
        Network = Training.Network with
        {
            Start = Training.Network.Start with
            {
                NetworkWeights = NetworkWeights is null ? null : io.PathOf(NetworkWeights),
                BaseWeights = [.. BaseWeights.Select(file => io.PathOf(file.File))],
                BaseWeightsMultiplier = [.. BaseWeights.Select(file => file.Multiplier)],
            },
        },
    };

    private LoraOrigin Origin(JobIo io, bool predictsVelocity) => new()
    {
        OutputName = OutputName,
        ModelName = ModelName,
        ModelHash = Model.IsSingleFile ? Model.Hash(io).ToString() : null,
        LegacyModelHash = Model.IsSingleFile ? LegacyHash.OfFile(Model.Full(io)) : null,
        MixedPrecision = Model.MixedPrecision,
        PredictsVelocity = predictsVelocity,
        ClipSkip = Model.Settings.OtherClipSkip,
        Vae = Model.OtherVae is { } vae ? new VaeOrigin(VaeName!, io.HashOf(vae).ToString(), LegacyHash.OfFile(io.PathOf(vae))) : null,
        Thumbnail = Thumbnail is null ? null : Drawing.Thumbnail.DataUrl(Picture.Load(io.PathOf(Thumbnail))),
        Buckets = TrainingSet.BucketOptions(Subsets, Resolution),
        Validation = Watch.Validation,
        Additional = Provenance.For(io),
    };

    private void Say(JobIo io, IReadOnlyList<TrainingImage> images, BatchPlan batches)
    {
        var steps = Training.MaxTrainSteps ?? (Training.MaxTrainEpochs!.Value * batches.StepsPerEpoch);
        io.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{io.Stage}: {(images.Count == 1 ? "1 picture" : $"{images.Count} pictures")}, {images.Sum(image => image.Repeats)} uses an epoch, batch {Training.TrainBatchSize}, {steps} steps; first caption: {images[0].Caption}"));
        if (BaseWeights.Count > 0)
            io.Warn($"{io.Stage}: learns on top of `base_weights`, which its pictures have and its file has not; use them together with it, or --target=Merge them into the model.");
        if (Training.Network.Adapter is { DoraWd: true, WdOnOutput: true })
            io.Warn($"{io.Stage}: learns a DoRA with `wd_on_output: true`, whose lengths AUTOMATIC1111 and ComfyUI take for those of inputs: they draw other pictures or refuse the file. Leave `wd_on_output` out, or bring the file to a plain LoRA for them: --target=Resize --base=MODEL --rank=N.");
    }
}
