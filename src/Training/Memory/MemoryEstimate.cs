using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Training.Memory;

/// <summary>
/// What a training will need of its device's memory, in bytes, told from sizes alone: while pictures are encoded, in its steps, and while samples
/// are drawn with its LoRA. Text encoders and autoencoder leave the device where their results are kept.
/// </summary>
/// <param name="UNet">Its weights, as they are loaded and as pictures are drawn with them.</param>
/// <param name="TextEncoders">Their weights.</param>
/// <param name="Autoencoder">Its weights.</param>
/// <param name="Adapter">The network's values and their gradients, in float32, and copies of both in the model's precision.</param>
/// <param name="Optimizer">What the optimizer remembers of each value.</param>
/// <param name="Activations">What a batch's forward pass keeps for the backward pass.</param>
/// <param name="Work">What operations need at a time beside all that; on the CPU .NET and libtorch themselves too.</param>
/// <param name="Encoding">Encoding the largest picture, or a batch of them where latents are not cached; never at the same time as activations.</param>
/// <param name="Denoising">A step of drawing a picture as large as that, with guidance.</param>
/// <param name="Decoding">Decoding it.</param>
public sealed record MemoryEstimate(long UNet, long TextEncoders, long Autoencoder, long Adapter, long Optimizer, long Activations, long Work, long Encoding, long Denoising, long Decoding)
{
    private const double GiB = 1 << 30;
    private const double MiB = 1 << 20;
    private const long Runtime = 230L << 20;

    // Prompt and negative prompt.
    private const int Guided = 2;

    // Branches and attention keep in f32 beside bf16 what they are given: two thirds of the values, twice as wide; measured.
    private const int RaisedWidths = 2;

    // Convolutions lay their weights out anew: forwards, backwards, and what they keep at hand; measured.
    private const int LaidOutAnew = 3;

    /// <summary>Number of values that are trained.</summary>
    public long Parameters { get; init; }

    /// <summary>What a step of the optimizer makes beside what it remembers, when activations are gone.</summary>
    public long OptimizerWork { get; init; }

    /// <summary>What the UNet's weights take less while they are in eight bits: from before pictures are encoded to the last step.</summary>
    public long Spared { get; init; }

    /// <summary>What of the UNet's weights waits in host memory in the steps.</summary>
    public long Waiting { get; init; }

    /// <summary>The UNet's weights on the device in the steps.</summary>
    public long UNetInSteps => UNet - Spared - Waiting;

    /// <summary>Whether the text encoders are needed in every step: they are trained, or captions vary.</summary>
    public bool KeepsTextEncoders { get; init; }

    /// <summary>Whether the autoencoder is needed in every step: latents are not cached.</summary>
    public bool KeepsAutoencoder { get; init; }

    /// <summary>The model, all of which is there when it has been loaded.</summary>
    public long Weights => UNet + TextEncoders + Autoencoder;

    /// <summary>The most bytes that are needed at a time.</summary>
    public long Peak => Math.Max(InLoading, Math.Max(InEncoding, Math.Max(InTraining, InDrawing)));

    /// <summary>Bytes that are needed when the model has been loaded.</summary>
    public long InLoading => Weights + Runtime;

    /// <summary>Bytes that are needed while pictures are encoded, before the first step.</summary>
    public long InEncoding => Weights - Spared + Runtime + Encoding;

    /// <summary>Bytes that are needed in a step.</summary>
    public long InTraining => UNetInSteps + (KeepsTextEncoders ? TextEncoders : 0) + (KeepsAutoencoder ? Autoencoder : 0) + Adapter + Optimizer + Math.Max(Runtime + (KeepsAutoencoder ? Encoding : 0), InGradients);

    private long InGradients => Math.Max(Work + Activations, Runtime + OptimizerWork);

    /// <summary>Bytes that are needed while samples are drawn, after the training: text encoders leave after the prompts, and the UNet, where memory is short, while pictures are decoded.</summary>
    public long InDrawing => Autoencoder + LoraInDrawing + Runtime + Math.Max(UNet + Denoising, Decoding);

    private long LoraInDrawing => Parameters * sizeof(float);

    /// <summary>Bytes beside the weights, were all of them there all the time.</summary>
    internal long BesideWeights => Work + Math.Max(Encoding, Adapter + Optimizer + Activations);

    /// <summary>Whether all that a step computes can be kept, of a training without gradient checkpointing, once its model is loaded.</summary>
    /// <param name="free">Free bytes, see <see cref="DeviceMemory"/>; null: nobody knows.</param>
    /// <param name="isShared">Whether other trainings may begin at the same moment, as on the CPU: half of what is free is then left to them.</param>
    public bool FitsBesideModel(long? free, bool isShared) => BesideWeights <= (isShared ? free / 2 : free);

    /// <summary>Estimates a training; one with <see cref="Checkpointing.Auto"/> as one that computes inner results again.</summary>
    /// <param name="model">The model, or its <see cref="SdxlCheckpoint.Outline"/>.</param>
    /// <param name="options">The settings.</param>
    /// <param name="width">Pixels of the largest picture.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="isCard">Whether the device's memory is another than the host's.</param>
    /// <param name="decodesInBFloat16">Whether samples are decoded so.</param>
    /// <param name="isRaised">Whether the model's products in bf16 are computed in f32, see <see cref="RaisedPrecision"/>.</param>
    public static MemoryEstimate ForTraining(SdxlModel model, TrainingOptions options, int width, int height, bool isCard = false, bool decodesInBFloat16 = false, bool isRaised = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        var bytes = model.Precision == ScalarType.Float32 ? sizeof(float) : sizeof(short);
        var (h, w) = (height / model.Vae.Configuration.Downscale, width / model.Vae.Configuration.Downscale);
        var activations = new Activations(model.UNet.Configuration, h, w);
        var widths = isRaised && !isCard && model.Precision == ScalarType.BFloat16 ? RaisedWidths : 1;
        var text = options.TrainsText
            ? new[] { model.TextEncoder1, model.TextEncoder2 }.Sum(encoder => Slipway.Training.Memory.Activations.OfText(encoder.Configuration, options.Data.Chunks))
            : 0;
        // Weights in eight bits are taken one after the other, and what they give is computed again.
        var tokens = isCard && !options.Fp8Base ? model.TextEncoder1.Configuration.MaxPositionEmbeddings * options.Data.Chunks : 0;
        var values = Values(model, options);
        var (kept, made) = OptimizerTensors(options.Optimizer.OptimizerType);
        var largest = bytes * model.UNet.parameters().Max(weight => weight.numel());
        var laidOut = LaidOutAnew * largest;
        var waiting = isCard ? FrozenWeights.Waiting(model.UNet, options.BlocksToSwap).Sum(FrozenWeights.Count) : 0;
        var brought = options.Fp8Base || waiting > 0 ? largest : 0;
        return new MemoryEstimate(
            BytesOf(model.UNet),
            BytesOf(model.TextEncoder1) + BytesOf(model.TextEncoder2),
            BytesOf(model.Vae),
            values * (sizeof(float) + sizeof(float) + (bytes == sizeof(float) ? 0 : 2 * bytes)),
            (long)(values * sizeof(float) * kept),
            options.TrainBatchSize * bytes * (activations.Kept(options.GradientCheckpointing != Checkpointing.False, widths, tokens) + (widths * text)),
            (options.TrainBatchSize * bytes * widths * activations.Work()) + laidOut + brought + Runtime,
            (options.Data.CacheLatents ? 1 : options.TrainBatchSize) * model.Vae.EncodeBytes(h, w),
            (Guided * bytes * widths * activations.Work()) + laidOut,
            model.Vae.DecodeBytes(h, w, decodesInBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32))
        {
            Parameters = values,
            OptimizerWork = values * sizeof(float) * made,
            Spared = options.Fp8Base ? FrozenWeights.Count(model.UNet) * (bytes - 1) : 0,
            Waiting = waiting * (options.Fp8Base ? 1 : bytes),
            KeepsTextEncoders = options.TrainsText || !options.Caption.IsFixed,
            KeepsAutoencoder = !options.Data.CacheLatents,
        };
    }

    /// <summary>One line: the whole, and what it consists of.</summary>
    public override string ToString() =>
        $"{Size(Peak)} (weights {Size(Weights)}: UNet {Size(UNet)}, text encoders {Size(TextEncoders)}, autoencoder {Size(Autoencoder)}; training {Size(InTraining)}: {(UNetInSteps == UNet ? "" : $"UNet {Size(UNetInSteps)}, ")}network {Size(Adapter)}, optimizer {Size(Optimizer)}, activations {Size(Activations)}, work {Size(Work)}; encoding pictures {Size(InEncoding)}; drawing {Size(InDrawing)})";

    /// <summary>What is wrong where <paramref name="free"/> bytes are too few, with what would help; null: it fits, or nobody knows.</summary>
    /// <param name="options">The settings that the estimate is of.</param>
    /// <param name="free">Free bytes, see <see cref="DeviceMemory"/>.</param>
    public string? Problem(TrainingOptions options, long? free)
    {
        ArgumentNullException.ThrowIfNull(options);
        return free is null || Peak <= free
            ? null
            : $"it needs about {this}, and {Size(free.Value)} are free: {string.Join(", or ", Advice(options, free.Value))}.";
    }

    /// <summary>A size in words: MiB, or GiB with a tenth.</summary>
    public static string Size(double bytes) => bytes < GiB / 10
        ? FormattableString.Invariant($"{bytes / MiB:F0} MiB")
        : FormattableString.Invariant($"{bytes / GiB:F1} GiB");

    private IEnumerable<string> Advice(TrainingOptions options, long free)
    {
        var activations = InTraining == Peak;
        if (Weights + Runtime > free)
            yield return "the model alone does not fit: use `mixed_precision: bf16` where it is not, or a machine with more memory";
        if (activations && options.GradientCheckpointing == Checkpointing.False)
            yield return "use `gradient_checkpointing: true`";
        if (activations && options.TrainBatchSize > 1)
            yield return $"lower `train_batch_size` (it is {options.TrainBatchSize}; `gradient_accumulation_steps` makes up for it)";
        if (Adapter + Optimizer > Peak / 8)
            yield return $"lower `network_dim` (it is {options.Network.NetworkDim})";
        yield return "lower `resolution`, or stop what else uses the memory";
    }

    private static long BytesOf(nn.Module part) => part.parameters().Sum(weight => weight.numel() * weight.element_size());

    private static long Values(SdxlModel model, TrainingOptions options)
    {
        var size = new AdapterSize(options.Network);
        return LoraNetwork.Targets(model, options.Network.ConvDim is not null, !options.Network.NetworkTrainUnetOnly).Sum(size.CountValues);
    }

    /// <summary>Tensors as large as the network: what is kept from step to step, and what a step makes.</summary>
    private static (double Kept, long Made) OptimizerTensors(string name) => name switch
    {
        // Two bytes and two scales of 256 values; a step makes a few MiB at a time.
        OptimizerNames.AdamW8bit => ((2 + (8.0 / 256)) / sizeof(float), 0),
        OptimizerNames.Sgd => (0, 1),
        OptimizerNames.SgdNesterov or OptimizerNames.Lion or OptimizerNames.Adafactor => (1, 1),
        OptimizerNames.Prodigy => (4, 4),
        OptimizerNames.AdamW => (2, 1),
        _ => (2, 3),
    };
}
