using System.Diagnostics;
using Slipway.Diffusion;
using static TorchSharp.torch;

namespace Slipway.Training;

/// <summary>
/// Trains a LoRA. Every random choice is a function of the seed and the step, so that on the CPU, with the same number
/// of threads, equal inputs give equal bits, interrupted or not.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly TrainingSinks _sinks;
    private readonly BatchPlan _plan;
    private readonly LrSchedule _schedule;
    private readonly LoraNetwork _network;
    private readonly FlatParameters _parameters;
    private readonly AdamW _optimizer;
    private readonly LatentCache _latents;
    private readonly TextConditioning _text;
    private readonly MicroBatchSource _source;
    private readonly DenoisingLoss _loss;
    private readonly Checkpoint? _checkpoint;
    private readonly List<StepMetrics> _history = [];
    private (int Number, IReadOnlyList<int[]> Batches)? _epoch;

    private Trainer(SdxlModel model, TrainingOptions options, IReadOnlyList<TrainingImage> images, TrainingSinks sinks, CancellationToken cancellation)
    {
        (_options, _sinks) = (options, sinks);
        _plan = new BatchPlan(images, options.TrainBatchSize, options.GradientAccumulationSteps, options.Seed);
        Steps = options.MaxTrainSteps ?? (options.MaxTrainEpochs!.Value * _plan.StepsPerEpoch);
        _schedule = new LrSchedule(options.LrScheduler, Steps, options.LrWarmupSteps, options.LrSchedulerNumCycles, options.LrSchedulerPower);
        _latents = new LatentCache(model, images, options.Seed, cancellation);
        _text = new TextConditioning(model, images, options.Caption, trained: options.EffectiveTextEncoderLr > 0);
        _source = new MicroBatchSource(model, options, images, _latents);
        _loss = new DenoisingLoss(model, new LossFunction(model.Schedule, options.Loss), new SnrWeighting(model.Schedule, options.Weighting));
        _network = LoraNetwork.Create(model, options.Network, options.Seed);
        _parameters = new FlatParameters(_network, [.. options.Groups.Select(g => g.Group)]);
        _optimizer = new AdamW(_parameters, options.Optimizer);
        _checkpoint = sinks.CheckpointFolder is { } folder ? new Checkpoint(folder, Checkpoint.Identity(options, images)) : null;
    }

    private int Steps { get; }

    /// <summary>Trains to the end, from the newest checkpoint if there is one.</summary>
    /// <param name="model">Its own weights are not changed.</param>
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
        using var trainer = new Trainer(model, options, images, sinks, cancellation);
        try
        {
            model.UNet.GradientCheckpointing = options.GradientCheckpointing;
            trainer._network.Attach();
            trainer.Train(cancellation);
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
            model.UNet.GradientCheckpointing = false;
        }
    }

    /// <summary>Frees everything but the network.</summary>
    public void Dispose()
    {
        _optimizer.Dispose();
        _parameters.Dispose();
        _text.Dispose();
        _latents.Dispose();
    }

    private void Train(CancellationToken cancellation)
    {
        foreach (var metrics in _checkpoint?.Resume(_parameters, _optimizer) ?? [])
            Record(metrics);
        var clock = Stopwatch.StartNew();
        for (int first = _optimizer.Steps, step = first; step < Steps; step++)
        {
            if (cancellation.IsCancellationRequested)
            {
                _checkpoint?.Save(_parameters, _optimizer, _history);
                cancellation.ThrowIfCancellationRequested();
            }
            Record(Step(step));
            if ((step + 1) % _sinks.CheckpointEverySteps == 0)
                _checkpoint?.Save(_parameters, _optimizer, _history);
            _sinks.Progress?.Invoke(new TrainingProgress(_history[^1], Steps, clock.Elapsed / (step + 1 - first) * (Steps - step - 1)));
        }
    }

    private StepMetrics Step(int step)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var (epoch, batches) = _plan.Step(step);
        var (start, count) = batches.GetOffsetAndLength(_plan.BatchesPerEpoch);
        var loss = 0.0;
        for (var i = start; i < start + count; i++)
            loss += Backward(epoch, i) / count;

        var norm = _optimizer.ClipGradients(_options.MaxGradNorm);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw new NotFiniteNumberException($"Training diverged at step {step + 1} of {Steps}: loss {loss}, gradient norm {norm}. Use a lower learning rate, a warm-up or a lower max_grad_norm.");
        var rates = _options.Groups.Select(g => _schedule.Rate(step, g.BaseRate)).ToArray();
        _optimizer.Step(rates);
        var recent = _history.TakeLast(_plan.StepsPerEpoch - 1).Sum(m => m.Loss) + loss;
        return new StepMetrics(step + 1, epoch + 1, loss, recent / Math.Min(_history.Count + 1, _plan.StepsPerEpoch), norm,
            _schedule.Rate(step, _options.EffectiveUNetLr), _schedule.Rate(step, _options.EffectiveTextEncoderLr));
    }

    // As in sd-scripts the loss is divided by the accumulation steps even where an epoch's last step takes fewer batches.
    private double Backward(int epoch, int index)
    {
        using var scope = NewDisposeScope();
        var batch = Batches(epoch)[index];
        var number = ((long)epoch * _plan.BatchesPerEpoch) + index;
        var conditioning = _text.Of(_source.Captions(batch, number));
        var loss = _loss.Compute(_source.Draw(batch, number), conditioning);
        (_options.GradientAccumulationSteps == 1 ? loss : loss / _options.GradientAccumulationSteps).backward();
        return loss.item<float>();
    }

    private IReadOnlyList<int[]> Batches(int epoch)
    {
        if (_epoch?.Number != epoch)
            _epoch = (epoch, _plan.Epoch(epoch));
        return _epoch.Value.Batches;
    }

    private void Record(StepMetrics metrics)
    {
        _history.Add(metrics);
        foreach (var sink in _sinks.Metrics)
            sink.Write(metrics);
    }
}
