using Slipway.Training.Schedules;

namespace Slipway.Training.Options;

/// <summary>The settings of a training, under sd-scripts' option names; defaults are sd-scripts' unless said otherwise.</summary>
public sealed record TrainingOptions
{
    /// <summary>Ranks and alphas.</summary>
    public LoraOptions Network { get; init; } = new();

    /// <summary>How captions vary.</summary>
    public CaptionOptions Caption { get; init; } = new();

    /// <summary>How pictures and captions become what the UNet is given.</summary>
    public DataOptions Data { get; init; } = new();

    /// <summary>Which part of a picture its loss is of.</summary>
    public MaskOptions Mask { get; init; } = new();

    /// <summary>How an error is measured.</summary>
    public LossOptions Loss { get; init; } = new();

    /// <summary>How a sample's loss is weighted by its timestep.</summary>
    public SnrWeightingOptions Weighting { get; init; } = new();

    /// <summary>How the noise differs from plain normal noise.</summary>
    public NoiseOptions Noise { get; init; } = new();

    /// <summary>Which optimizer, and its constants.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>LoRA+'s ratios.</summary>
    public LoraPlusOptions LoraPlus { get; init; } = new();

    /// <summary>The moving average of the weights.</summary>
    public EmaOptions Ema { get; init; } = new();

    /// <summary>What is saved before the end.</summary>
    public SaveOptions Saves { get; init; } = new();

    /// <summary>For every group that has no rate of its own (1e-4, where sd-scripts has 2e-6, which trains nothing).</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Null: <see cref="LearningRate"/>. 0: the UNet is not trained.</summary>
    public double? UNetLr { get; init; }

    /// <summary>Null: <see cref="LearningRate"/>. 0: the text encoders are not trained.</summary>
    public double? TextEncoderLr { get; init; }

    /// <summary>One of <see cref="LrSchedule.Names"/>.</summary>
    public string LrScheduler { get; init; } = "constant";

    /// <summary>Steps, or a share of all steps when below 1.</summary>
    public double LrWarmupSteps { get; init; }

    /// <summary><c>lr_scheduler_num_cycles</c>, of <c>cosine_with_restarts</c>.</summary>
    public int LrSchedulerNumCycles { get; init; } = 1;

    /// <summary><c>lr_scheduler_power</c>, of <c>polynomial</c>.</summary>
    public double LrSchedulerPower { get; init; } = 1;

    /// <summary>How the later schedules come down.</summary>
    public LrTail LrTail { get; init; } = new();

    /// <summary><c>train_batch_size</c>: pictures that go through the UNet at once.</summary>
    public int TrainBatchSize { get; init; } = 1;

    /// <summary><c>gradient_accumulation_steps</c>: batches whose gradients make one optimizer step.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>Optimizer steps; exactly one of this and <see cref="MaxTrainEpochs"/>.</summary>
    public int? MaxTrainSteps { get; init; }

    /// <summary><c>max_train_epochs</c>: length in passes over all pictures; null: <see cref="MaxTrainSteps"/> says it.</summary>
    public int? MaxTrainEpochs { get; init; }

    /// <summary>Gradients' common L2 norm is clipped to this; 0: no clipping.</summary>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>
    /// Keeps no inner results of the UNet's blocks for the backward pass, which computes them again: a fraction of the memory,
    /// a third more time. Gradients differ in their last bits.
    /// </summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary><c>scale_weight_norms</c>: greatest norm of a branch's change, see <see cref="ScaleWeightNorms"/>; null: any.</summary>
    public double? ScaleWeightNorms { get; init; }

    /// <summary><c>zero_terminal_snr</c>: trains on the schedule whose last timestep is pure noise (Lin et al. 2024), whatever the model's own is.</summary>
    public bool ZeroTerminalSnr { get; init; }

    /// <summary>All randomness follows from it.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>The UNet's base rate.</summary>
    public double EffectiveUNetLr => UNetLr ?? LearningRate;

    /// <summary>The text encoders' base rate.</summary>
    public double EffectiveTextEncoderLr => Network.NetworkTrainUNetOnly ? 0 : TextEncoderLr ?? LearningRate;

    /// <summary>Parts of the model that are trained, the text encoders first, as in sd-scripts.</summary>
    internal IReadOnlyList<LoraGroup> TrainedParts => [.. new[] { LoraGroup.TextEncoder, LoraGroup.UNet }.Where(part => BaseRate(part) > 0)];

    /// <summary>The base rate of a part of the model.</summary>
    internal double BaseRate(LoraGroup part) => part == LoraGroup.UNet ? EffectiveUNetLr : EffectiveTextEncoderLr;

    /// <exception cref="ArgumentException">Values that cannot be: all of them, a line each.</exception>
    public void Validate()
    {
        var problems = Problems().ToList();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join("\n", problems));
    }

    private IEnumerable<string> Problems()
    {
        if (Network.NetworkDim < 1) yield return $"network_dim: {Network.NetworkDim} is no rank; use 1 or more.";
        if (Network.ConvDim < 1) yield return $"conv_dim: {Network.ConvDim} is no rank; use 1 or more, or leave it out.";
        if (!(Network.NetworkAlpha >= 0)) yield return $"network_alpha: {Network.NetworkAlpha} is negative; use 0 (= network_dim) or more.";
        if (!(Network.ConvAlpha >= 0)) yield return $"conv_alpha: {Network.ConvAlpha} is negative; use 0 (= conv_dim) or more.";
        if (TrainBatchSize < 1) yield return $"train_batch_size: {TrainBatchSize}; use 1 or more.";
        if (GradientAccumulationSteps < 1) yield return $"gradient_accumulation_steps: {GradientAccumulationSteps}; use 1 or more.";
        if ((MaxTrainSteps is null) == (MaxTrainEpochs is null)) yield return "max_train_steps, max_train_epochs: give exactly one of them.";
        if ((MaxTrainSteps ?? MaxTrainEpochs) < 1) yield return $"max_train_steps, max_train_epochs: {MaxTrainSteps ?? MaxTrainEpochs}; use 1 or more.";
        foreach (var (name, rate) in new[] { ("learning_rate", LearningRate), ("unet_lr", UNetLr ?? 0), ("text_encoder_lr", TextEncoderLr ?? 0) })
            if (!(rate >= 0 && double.IsFinite(rate))) yield return $"{name}: {rate} is no learning rate; use 0 or more.";
        if (TrainedParts.Count == 0) yield return "unet_lr, text_encoder_lr: both are 0, so nothing would be trained.";
        if (!(MaxGradNorm >= 0)) yield return $"max_grad_norm: {MaxGradNorm}; use 0 (no clipping) or more.";
        if (ScaleWeightNorms is { } limit && !(limit > 0)) yield return $"scale_weight_norms: {limit}; use more than 0, or leave it out.";
        if (ScaleWeightNorms is not null && Optimizer.OptimizerType == OptimizerNames.AdamWScheduleFree) yield return "scale_weight_norms: AdamWScheduleFree keeps two more copies of the weights, which would not be scaled; use another optimizer, or leave it out.";
        foreach (var problem in Ema.Problems().Concat(Saves.Problems())) yield return problem;
        foreach (var problem in Network.Problems().Concat(Optimizer.Problems()).Concat(RateChecks.Problems(this)).Concat(LoraPlus.Problems()).Concat(Loss.Problems()).Concat(Weighting.Problems()).Concat(Noise.Problems()).Concat(Data.Problems()).Concat(Mask.Problems()).Concat(Caption.Problems())) yield return problem;
    }
}
