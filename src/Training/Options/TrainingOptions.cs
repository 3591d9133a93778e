using System.Text.Json.Serialization;
using Slipway.Engine.Jobs;
using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>The settings of a training, under sd-scripts' option names; defaults are sd-scripts' unless said otherwise.</summary>
public sealed record TrainingOptions
{
    /// <summary>The words of <see cref="LrScheduler"/>.</summary>
    public static IReadOnlyList<string> LrSchedulers { get; } =
        ["constant", "constant_with_warmup", "linear", "cosine", "cosine_with_restarts", "polynomial", "cosine_with_min_lr", "warmup_stable_decay", "inverse_sqrt"];

    private static Kind<Checkpointing> CheckpointingKind => new Mapped<bool?, Checkpointing>(
        new SwitchOr("auto"),
        flag => flag switch { null => Checkpointing.Auto, true => Checkpointing.True, false => Checkpointing.False },
        value => value switch { Checkpointing.Auto => null, var known => known == Checkpointing.True });

    /// <summary>Its options, and those of all its parts.</summary>
    public static OptionTable<TrainingOptions> Declared { get; } = new(
        option =>
        [
            .. option.Part(LoraOptions.Declared, o => o.Network, (o, v) => o with { Network = v }),
            option.Whole("max_train_steps", o => o.MaxTrainSteps, (o, v) => o with { MaxTrainSteps = v }, 1) with
            {
                Says = "Optimizer steps of the training; either this or `max_train_epochs`.",
                SdScripts = "1600",
            },
            option.Whole("max_train_epochs", o => o.MaxTrainEpochs, (o, v) => o with { MaxTrainEpochs = v }, 1) with
            {
                Says = "Epochs of the training: every picture as often as its `num_repeats`.",
                SdScripts = "",
            },
            option.Whole("train_batch_size", o => o.TrainBatchSize, (o, v) => o with { TrainBatchSize = v }, 1, 4096) with
            {
                Says = "Pictures that are learned from at a time.",
                SdScripts = "1",
            },
            option.Whole("gradient_accumulation_steps", o => o.GradientAccumulationSteps, (o, v) => o with { GradientAccumulationSteps = v }, 1, 4096) with
            {
                Says = "Batches whose gradients one optimizer step takes together.",
                SdScripts = "1",
                Metadata = new("ss_gradient_accumulation_steps"),
            },
            option.Number("learning_rate", o => o.LearningRate, (o, v) => o with { LearningRate = v }, 0) with
            {
                Says = "Learning rate of every part that has none of its own.",
                SdScripts = "2e-06",
                Metadata = new("ss_learning_rate"),
            },
            option.Number("unet_lr", o => o.UnetLr, (o, v) => o with { UnetLr = v }, 0) with
            {
                Says = "Learning rate of the UNet; 0: it is not trained.",
                SdScripts = "",
                Metadata = new("ss_unet_lr"),
            },
            option.Number("text_encoder_lr", o => o.TextEncoderLr, (o, v) => o with { TextEncoderLr = v }, 0) with
            {
                Says = "Learning rate of the text encoders; 0: they are not trained.",
                SdScripts = "",
                Metadata = new("ss_text_encoder_lr"),
                InsteadOfList = "; of two rates, write the second as text_encoder_lr2 (sd-scripts takes the first for both)",
            },
            option.Number("text_encoder_lr2", o => o.TextEncoderLr2, (o, v) => o with { TextEncoderLr2 = v }, 0) with
            {
                Says = "Learning rate of the second text encoder alone; without it that of both. sd-scripts has one for both.",
            },
            option.Word("lr_scheduler", o => o.LrScheduler, (o, v) => o with { LrScheduler = v }, LrSchedulers) with
            {
                Says = "The learning rate's course.",
                SdScripts = "constant",
                Metadata = new("ss_lr_scheduler"),
            },
            option.Number("lr_warmup_steps", o => o.LrWarmupSteps, (o, v) => o with { LrWarmupSteps = v }, 0) with
            {
                Says = "Optimizer steps over which the rate rises, or a share of all when below 1.",
                SdScripts = "0",
                Metadata = new("ss_lr_warmup_steps") { IsCountOrShare = true },
            },
            option.Whole("lr_scheduler_num_cycles", o => o.LrSchedulerNumCycles, (o, v) => o with { LrSchedulerNumCycles = v }, 1) with
            {
                Says = "Cycles of `cosine_with_restarts`.",
                SdScripts = "1",
            },
            option.Number("lr_scheduler_power", o => o.LrSchedulerPower, (o, v) => o with { LrSchedulerPower = v }, 0) with
            {
                Says = "Power of `polynomial`.",
                SdScripts = "1",
            },
            .. option.Part(LrTail.Declared, o => o.LrTail, (o, v) => o with { LrTail = v }),
            .. option.Part(OptimizerOptions.Declared, o => o.Optimizer, (o, v) => o with { Optimizer = v }),
            .. option.Part(LoraPlusOptions.Declared, o => o.LoraPlus, (o, v) => o with { LoraPlus = v }),
            option.Number("max_grad_norm", o => o.MaxGradNorm, (o, v) => o with { MaxGradNorm = v }, 0) with
            {
                Says = "Clips the gradients' norm to this; 0: no clipping.",
                SdScripts = "1.0",
                Metadata = new("ss_max_grad_norm"),
            },
            option.Of("gradient_checkpointing", CheckpointingKind, o => o.GradientCheckpointing, (o, v) => o with { GradientCheckpointing = v }) with
            {
                Says = "Keeps less for the backward pass and computes it again: a fraction of the memory, a third more time; `auto`: only where memory is short, and what is learned is that of `true` to the bit.",
                SdScripts = "false",
                Metadata = new("ss_gradient_checkpointing") { IsSwitch = true },
            },
            option.Switch("fp8_base", o => o.Fp8Base, (o, v) => o with { Fp8Base = v }) with
            {
                Says = "Holds the UNet's frozen weights in eight bits (float8_e4m3fn) and casts each layer's while it is computed: half of their memory, for some accuracy.",
                SdScripts = "false",
                Metadata = new("ss_fp8_base"),
            },
            option.Whole("blocks_to_swap", o => o.BlocksToSwap, (o, v) => o with { BlocksToSwap = v }, 0, 1000) with
            {
                Says = "Transformer blocks of the UNet, the largest first, whose weights wait in host memory and come to the card while they are computed: memory for time, and not a bit of the result; SDXL has 70.",
            },
            option.Positive("scale_weight_norms", o => o.ScaleWeightNorms, (o, v) => o with { ScaleWeightNorms = v }) with
            {
                Says = "Greatest norm of a branch's change.",
                SdScripts = "",
                Metadata = new("ss_scale_weight_norms"),
            },
            .. option.Part(EmaOptions.Declared, o => o.Ema, (o, v) => o with { Ema = v }),
            .. option.Part(SaveOptions.Declared, o => o.Saves, (o, v) => o with { Saves = v }),
            .. option.Part(ModelSpecOptions.Declared, o => o.ModelSpec, (o, v) => o with { ModelSpec = v }),
            .. option.Part(LossOptions.Declared, o => o.Loss, (o, v) => o with { Loss = v }),
            .. option.Part(SnrWeightingOptions.Declared, o => o.Weighting, (o, v) => o with { Weighting = v }),
            .. option.Part(MaskOptions.Declared, o => o.Mask, (o, v) => o with { Mask = v }),
            .. option.Part(NoiseOptions.Declared, o => o.Noise, (o, v) => o with { Noise = v }),
            option.Switch("zero_terminal_snr", o => o.ZeroTerminalSnr, (o, v) => o with { ZeroTerminalSnr = v }) with
            {
                Says = "Trains on the schedule whose last timestep is pure noise, whatever the model's own is.",
                SdScripts = "false",
                Metadata = new("ss_zero_terminal_snr"),
            },
            .. option.Part(DataOptions.Declared, o => o.Data, (o, v) => o with { Data = v }),
            .. option.Part(CaptionOptions.Declared, o => o.Caption, (o, v) => o with { Caption = v }),
            option.Whole("seed", o => o.Seed, (o, v) => o with { Seed = v }, 0, uint.MaxValue) with
            {
                Says = "All randomness of the training follows from it; without it the plan's.",
                SdScripts = "",
                Metadata = new("ss_seed"),
            },
        ],
        Rules);

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

    /// <summary>What the file says of itself.</summary>
    public ModelSpecOptions ModelSpec { get; init; } = new();

    /// <summary>For every group that has no rate of its own (1e-4, where sd-scripts has 2e-6, which trains nothing).</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Null: <see cref="LearningRate"/>. 0: the UNet is not trained.</summary>
    public double? UnetLr { get; init; }

    /// <summary>Null: <see cref="LearningRate"/>. 0: the text encoders are not trained.</summary>
    public double? TextEncoderLr { get; init; }

    /// <summary>Of the second text encoder; null: as the first's. 0: it is not trained.</summary>
    public double? TextEncoderLr2 { get; init; }

    /// <summary>One of <see cref="LrSchedulers"/>.</summary>
    public string LrScheduler { get; init; } = "constant";

    /// <summary>Steps, or a share of all steps when below 1.</summary>
    public double LrWarmupSteps { get; init; }

    /// <summary>Cycles of <c>cosine_with_restarts</c>.</summary>
    public int LrSchedulerNumCycles { get; init; } = 1;

    /// <summary>Power of <c>polynomial</c>.</summary>
    public double LrSchedulerPower { get; init; } = 1;

    /// <summary>How the later schedules come down.</summary>
    public LrTail LrTail { get; init; } = new();

    /// <summary>Pictures of a batch.</summary>
    public int TrainBatchSize { get; init; } = 1;

    /// <summary>Batches of an optimizer step.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>Optimizer steps; exactly one of this and <see cref="MaxTrainEpochs"/>.</summary>
    public int? MaxTrainSteps { get; init; }

    /// <summary>Epochs.</summary>
    public int? MaxTrainEpochs { get; init; }

    /// <summary>Gradients' common L2 norm is clipped to this; 0: no clipping.</summary>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>
    /// Keeps no inner results of the UNet's blocks for the backward pass, which computes them again: a fraction of the memory,
    /// a third more time. Gradients differ in their last bits from those of blocks that keep them, unless these add them up alike (<see cref="Checkpointing.Auto"/>).
    /// </summary>
    [JsonConverter(typeof(CheckpointingConverter))]
    public Checkpointing GradientCheckpointing { get; init; }

    /// <summary><c>fp8_base</c>: the UNet's frozen weights are in eight bits while something beside them is trained.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Fp8Base { get; init; }

    /// <summary><c>blocks_to_swap</c>: how many of the UNet's transformer blocks wait in host memory in the steps; of a model on the CPU none.</summary>
    [NotInKey("Where weights wait changes no bit of what is computed with them.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int BlocksToSwap { get; init; }

    /// <summary><c>scale_weight_norms</c>: greatest norm of a branch's change; null: any.</summary>
    public double? ScaleWeightNorms { get; init; }

    /// <summary><c>zero_terminal_snr</c>: trains on the schedule whose last timestep is pure noise (Lin et al. 2024), whatever the model's own is.</summary>
    public bool ZeroTerminalSnr { get; init; }

    /// <summary>All randomness follows from it.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>The UNet's base rate.</summary>
    public double EffectiveUNetLr => UnetLr ?? LearningRate;

    /// <summary>The text encoders' base rate, the second's too where it has none of its own.</summary>
    public double EffectiveTextEncoderLr => Network.NetworkTrainUnetOnly ? 0 : TextEncoderLr ?? LearningRate;

    /// <summary>The second text encoder's base rate.</summary>
    public double EffectiveTextEncoderLr2 => Network.NetworkTrainUnetOnly ? 0 : TextEncoderLr2 ?? EffectiveTextEncoderLr;

    /// <summary>Whether a text encoder is trained.</summary>
    public bool TrainsText => EffectiveTextEncoderLr > 0 || EffectiveTextEncoderLr2 > 0;

    /// <summary>Parts of the model that are trained, the text encoders first, as in sd-scripts; the second by itself only where its rate is another.</summary>
    internal IReadOnlyList<LoraGroup> TrainedParts => [.. new[] { LoraGroup.TextEncoder, LoraGroup.TextEncoder2, LoraGroup.UNet }.Where(part => BaseRate(part) > 0 && (part != LoraGroup.TextEncoder2 || SplitsText))];

    /// <summary>Whether each text encoder has its own rate.</summary>
    internal bool SplitsText => EffectiveTextEncoderLr2 != EffectiveTextEncoderLr;

    /// <summary>The base rate of a part of the model.</summary>
    internal double BaseRate(LoraGroup part) => part switch
    {
        LoraGroup.UNet => EffectiveUNetLr,
        LoraGroup.TextEncoder2 => EffectiveTextEncoderLr2,
        _ => EffectiveTextEncoderLr,
    };

    /// <exception cref="ArgumentException">Values that cannot be: all of them, a line each.</exception>
    public void Validate() => OptionProblem.ThrowIfAny(Declared.Problems(this));

    private static IEnumerable<string> Away(TrainingOptions options) =>
        [.. options.Fp8Base ? ["fp8_base"] : Array.Empty<string>(), .. options.BlocksToSwap > 0 ? ["blocks_to_swap"] : Array.Empty<string>()];

    private static IEnumerable<OptionProblem> Rules(TrainingOptions options)
    {
        if (options.MaxTrainSteps is null == options.MaxTrainEpochs is null)
            yield return new("max_train_steps", "or `max_train_epochs` must be given, and not both; `null` takes an inherited one away.", IsLack: true);
        if (options.TrainedParts.Count == 0)
            yield return new("learning_rate", "must be above 0 for the UNet or the text encoders; as it is, nothing would be trained.");
        if (options is { LrScheduler: "warmup_stable_decay", LrTail.LrDecaySteps: 0 })
            yield return new("lr_decay_steps", "is missing: `warmup_stable_decay` needs the number of steps, or the share of all, in which the rate comes down.", IsLack: true);
        if (options is { ScaleWeightNorms: not null, Optimizer.OptimizerType: OptimizerNames.AdamWScheduleFree })
            yield return new("scale_weight_norms", "does not go with AdamWScheduleFree, which keeps two more copies of the weights; leave one of them out.");
        foreach (var name in options.Network.Adapter.DoraWd ? Away(options) : [])
            yield return new(name, "does not go with `dora_wd`, which computes with the lengths of the weights; leave one of them out.");
        foreach (var problem in RateChecks.Problems(options))
            yield return problem;
    }
}
