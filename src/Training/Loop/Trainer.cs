using System.Diagnostics;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using Slipway.Training.Data;
using Slipway.Training.Hooks;
using Slipway.Training.LoraFiles;
using Slipway.Training.Losses;
using Slipway.Training.Metrics;
using Slipway.Training.Networks;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;
using Slipway.Training.Saves;
using Slipway.Training.Schedules;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Loop;

/// <summary>
/// Trains a LoRA. Every random choice is a function of the seed and the step, so that on the CPU, with the same number
/// of threads, equal inputs give equal bits, interrupted or not.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly SdxlModel _model;
    private readonly TrainingOptions _options;
    private readonly TrainingSinks _sinks;
    private readonly BatchPlan _plan;
    private readonly LrSchedule _schedule;
    private readonly LoraNetwork _network;
    private readonly FlatParameters _parameters;
    private readonly IOptimizer _optimizer;
    private readonly LossScale? _scale;
    private readonly LoweredParameters? _lowered;
    private readonly WeightAverage? _average;
    private readonly ILatentSource _latents;
    private readonly TextConditioning _text;
    private readonly TrainingStep _step;
    private readonly TrainingMoment _moment;
    private readonly Checkpoint? _checkpoint;
    private readonly AverageOfSaves? _averageOfSaves;
    private readonly IReadOnlyList<ITrainingHook> _hooks;
    private readonly List<StepMetrics> _history = [];

    private Trainer(SdxlModel model, LoraMerge bases, FrozenWeights frozen, TrainingOptions options, IReadOnlyList<TrainingImage> images, TrainingSinks sinks, CancellationToken cancellation)
    {
        (_model, _options, _sinks) = (model, options, sinks);
        _plan = new BatchPlan(images, options.TrainBatchSize, options.GradientAccumulationSteps, options.Seed);
        var steps = options.MaxTrainSteps ?? (options.MaxTrainEpochs!.Value * _plan.StepsPerEpoch);
        _schedule = new LrSchedule(options.LrScheduler, steps, options.LrWarmupSteps, options.LrSchedulerNumCycles, options.LrSchedulerPower, options.LrTail);
        ImageChecks.Run(images, options, model.Vae.Configuration.Downscale);
        _latents = options.Data.CacheLatents ? new LatentCache(model, images, options.Seed, sinks.Tensors, cancellation: cancellation) : new LatentEncoder(model, images, options.Seed);
        _network = ContinuedNetwork.Create(model, options.Network, options.Seed, sinks.Warn);
        _text = Text(model, options, images, sinks);
        _network.UseDropout(options.Network.Dropout, options.Seed);
        // A card waits for being told; on the CPU it would be other last bits for nothing.
        if (model.Device.type != TorchSharp.DeviceType.CPU)
            _network.JoinBranches();
        var groups = ParameterGroup.FromNetwork(_network, options.TrainedParts, options.LoraPlus, options.SplitsText);
        if (groups.Count == 0)
            throw new ArgumentException("block_dims, down_lr_weight, mid_lr_weight, up_lr_weight: no layer that is trained has a branch with a rank and a learning rate above 0.", nameof(options));
        _parameters = new FlatParameters(groups);
        _optimizer = NewOptimizer.Create(options.Optimizer, _parameters);
        _scale = model.Precision == ScalarType.Float16 ? new LossScale() : null;
        _lowered = model.Precision is ScalarType.Float16 or ScalarType.BFloat16 && options.Network.Adapter is { Algorithm: AdapterAlgorithm.Lora, DoraWd: false } ? new LoweredParameters(_parameters, model.Precision) : null;
        _average = options.Ema.EmaDecay is { } decay ? new WeightAverage(_parameters.Values, decay) : null;
        var noise = options.ZeroTerminalSnr ? new NoiseSchedule(model.Schedule.Configuration with { RescaleBetasZeroSnr = true }) : model.Schedule;
        var loss = new DenoisingLoss(model, new LossFunction(noise, options.Loss), new SnrWeighting(noise, options.Weighting), options.Mask, noise);
        var prior = options.Mask.NeedsPrior ? new PriorPrediction(model, _network, _text) : null;
        _step = new TrainingStep(model.UNet, options, _network, _plan, _schedule, new MicroBatchSource(model, options, images, _latents), _text, loss, _parameters, _optimizer, _scale, _lowered, prior);
        _moment = new TrainingMoment(model, bases, frozen, _network, _parameters, EvaluationValues, steps, _plan.StepsPerEpoch);
        _averageOfSaves = options.Saves.AverageLastNSaves is null ? null : new AverageOfSaves(options.Saves);
        _hooks = _averageOfSaves is null ? sinks.Hooks : [_averageOfSaves, .. sinks.Hooks];
        _checkpoint = sinks.CheckpointFolder is { } folder
            ? new Checkpoint(folder, Checkpoint.Identity(options, images), Parts().ToList(), sinks.Warn)
            : null;
    }

    /// <summary>Trains to the end, from the newest checkpoint if there is one.</summary>
    /// <param name="model">The base model; its own weights are not changed.</param>
    /// <param name="options">The settings.</param>
    /// <param name="images">Decoded, each with sides that the model can take.</param>
    /// <param name="sinks">Where figures and checkpoints go.</param>
    /// <param name="cancellation">Honoured between steps; with a checkpoint folder the state is saved first.</param>
    /// <returns>The network, detached from the model; the caller's to dispose.</returns>
    /// <exception cref="ArgumentException">Options that cannot be.</exception>
    /// <exception cref="InvalidDataException">No images, images of a wrong size, or a checkpoint of another training.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="NotFiniteNumberException">The loss or the gradients are no longer numbers.</exception>
    public static LoraNetwork Run(SdxlModel model, TrainingOptions options, IReadOnlyList<TrainingImage> images, TrainingSinks sinks, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(sinks);
        options.Validate();
        if (images.Count == 0)
            throw new InvalidDataException("The training set holds no images.");
        using var merged = new MergedBaseWeights(model, options.Network.Start.Bases, sinks.Warn);
        using var frozen = new FrozenWeights(model, options.Fp8Base) { Place = sinks.WaitingPlace };
        using var trainer = new Trainer(model, merged.Merge, frozen, options, images, sinks, cancellation);
        try
        {
            model.UNet.KeepsInnerResults = options.GradientCheckpointing == Checkpointing.Auto && sinks.HasAmpleMemory;
            model.UNet.GradientCheckpointing = options.GradientCheckpointing != Checkpointing.False;
            frozen.SendAway(options.BlocksToSwap);
            trainer._network.Attach();
            trainer.ReleaseUnused();
            MemoryShortage.Guard("training", $"Lower train_batch_size ({options.TrainBatchSize}), the pictures' size or network_dim{(options.GradientCheckpointing == Checkpointing.True ? "" : ", or set gradient_checkpointing: true")}; what was saved on the way is kept, and the next run goes on there.", () => trainer.Train(cancellation));
            trainer._network.Detach();
            return trainer._network;
        }
        catch
        {
            trainer._network.Dispose();
            throw;
        }
        finally
        {
            (model.UNet.GradientCheckpointing, model.UNet.KeepsInnerResults) = (false, false);
        }
    }

    /// <summary>Frees everything but the network.</summary>
    public void Dispose()
    {
        _averageOfSaves?.Dispose();
        _average?.Dispose();
        _lowered?.Dispose();
        _optimizer.Dispose();
        _parameters.Dispose();
        _text.Dispose();
        _latents.Dispose();
    }

    private void Train(CancellationToken cancellation)
    {
        foreach (var metrics in _checkpoint?.Resume() ?? [])
            Record(metrics);
        _moment.Step = _history.Count;
        ForEachHook(hook => hook.Begin(_moment));
        ReleaseUnused();
        var clock = Stopwatch.StartNew();
        var cadence = new CheckpointCadence(_sinks.CheckpointEverySteps, TimeProvider.System);
        for (int first = _moment.Step, step = first; step < _moment.Steps && !_hooks.Any(hook => hook.IsDone); step++)
        {
            if (cancellation.IsCancellationRequested)
            {
                _checkpoint?.Save(_history);
                cancellation.ThrowIfCancellationRequested();
            }
            Step(step);
            if (_checkpoint is not null && cadence.IsDue(step + 1))
                cadence.Write(() => _checkpoint.Save(_history));
            _sinks.Progress?.Invoke(new TrainingProgress(_history[^1], _moment.Steps, clock.Elapsed / (step + 1 - first) * (_moment.Steps - step - 1)));
        }
        _moment.KeepEvaluationValues();
        ForEachHook(hook => hook.AtEnd(_moment));
    }

    // Where a LoRA is in the text encoders from the start, captions that are embedded but once get it too, and are nobody else's.
    private TextConditioning Text(SdxlModel model, TrainingOptions options, IReadOnlyList<TrainingImage> images, TrainingSinks sinks)
    {
        if (!options.Network.Start.ChangesText)
            return new TextConditioning(model, images, options, sinks.Tensors);
        _network.Attach();
        try
        {
            return new TextConditioning(model, images, options);
        }
        finally
        {
            _network.Detach();
        }
    }

    private void Step(int step)
    {
        var scale = _scale?.Value;
        var (epoch, loss, norm) = _step.Take(step);
        var recent = _history.TakeLast(_plan.StepsPerEpoch - 1).Sum(m => m.Loss) + loss;
        if (!double.IsNaN(norm))
            AfterOptimizer();
        (_moment.Step, _moment.Validation) = (step + 1, null);
        ForEachHook(hook => hook.AfterStep(_moment));
        ReleaseUnused();
        Record(new StepMetrics(step + 1, epoch + 1, loss, recent / Math.Min(_history.Count + 1, _plan.StepsPerEpoch), norm,
            _schedule.Rate(step, _options.EffectiveUNetLr), _schedule.Rate(step, _options.EffectiveTextEncoderLr))
        {
            Validation = _moment.Validation,
            LossScale = scale,
            LrTextEncoder2 = _options.SplitsText ? _schedule.Rate(step, _options.EffectiveTextEncoderLr2) : null,
        });
    }

    // What has been encoded once and kept needs no weights; hooks that do bring them back.
    private void ReleaseUnused()
    {
        if (_options.Data.CacheLatents)
            _model.ReleaseVae();
        if (_text.IsComplete)
            _model.ReleaseTextEncoders();
    }

    private void AfterOptimizer()
    {
        if (_options.ScaleWeightNorms is { } limit)
            ScaleWeightNorms.Apply(_network, limit);
        if (_average is null)
            return;
        using var values = _optimizer.EvaluationValues();
        _average.Add(values ?? _parameters.Values);
    }

    // The average's, or what the optimizer says; null: those in the buffer.
    private Tensor? EvaluationValues() => _average is null ? _optimizer.EvaluationValues() : _average.Values.clone();

    private IEnumerable<(string Name, ICheckpointed Part)> Parts() =>
    [
        ("parameters", _parameters),
        ("optimizer", _optimizer),
        .. _scale is null ? Array.Empty<(string, ICheckpointed)>() : [("loss_scale", _scale)],
        .. _average is null ? Array.Empty<(string, ICheckpointed)>() : [("average", _average)],
        .. _hooks.Select(hook => ("hook." + hook.Name, (ICheckpointed)hook)),
    ];

    private void ForEachHook(Action<ITrainingHook> act)
    {
        foreach (var hook in _hooks)
            act(hook);
    }

    private void Record(StepMetrics metrics)
    {
        _history.Add(metrics);
        foreach (var sink in _sinks.Metrics)
            sink.Write(metrics);
    }
}
