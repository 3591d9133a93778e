using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Model;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Training.Memory;

/// <summary>What a training will need of its device's memory, in bytes, told from sizes alone.</summary>
/// <param name="Weights">The model.</param>
/// <param name="Adapter">The network's values and their gradients, in float32, and copies of both in the model's precision.</param>
/// <param name="Optimizer">What the optimizer remembers of each value.</param>
/// <param name="Activations">What a batch's forward pass keeps for the backward pass.</param>
/// <param name="Work">What operations need at a time beside all that; on the CPU .NET and libtorch themselves too.</param>
/// <param name="Encoding">Encoding the largest picture, or a batch of them where latents are not cached; never at the same time as activations.</param>
public sealed record MemoryEstimate(long Weights, long Adapter, long Optimizer, long Activations, long Work, long Encoding)
{
    private const double GiB = 1 << 30;
    private const double MiB = 1 << 20;
    private const long Runtime = 230L << 20;

    // Convolutions lay their weights out anew: forwards, backwards, and what they keep at hand; measured.
    private const int LaidOutAnew = 3;

    /// <summary>Number of values that are trained.</summary>
    public long Parameters { get; init; }

    /// <summary>The most bytes that are needed at a time.</summary>
    public long Peak => Weights + Work + Math.Max(Encoding, Adapter + Optimizer + Activations);

    /// <summary>Estimates a training.</summary>
    /// <param name="model">The model, or its <see cref="SdxlCheckpoint.Outline"/>.</param>
    /// <param name="options">The settings.</param>
    /// <param name="width">Pixels of the largest picture.</param>
    /// <param name="height">Likewise.</param>
    public static MemoryEstimate ForTraining(SdxlModel model, TrainingOptions options, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        var bytes = model.Precision == ScalarType.Float32 ? sizeof(float) : sizeof(short);
        var (h, w) = (height / model.Vae.Configuration.Downscale, width / model.Vae.Configuration.Downscale);
        var activations = new Activations(model.UNet.Configuration, h, w);
        var text = options.TrainsText
            ? new[] { model.TextEncoder1, model.TextEncoder2 }.Sum(encoder => Slipway.Training.Memory.Activations.OfText(encoder.Configuration, options.Data.Chunks))
            : 0;
        var values = Values(model, options);
        return new MemoryEstimate(
            new nn.Module[] { model.TextEncoder1, model.TextEncoder2, model.UNet, model.Vae }.Sum(part => part.parameters().Sum(weight => weight.numel() * weight.element_size())),
            values * (sizeof(float) + sizeof(float) + (bytes == sizeof(float) ? 0 : 2 * bytes)),
            (long)(values * sizeof(float) * OptimizerTensors(options.Optimizer.OptimizerType)),
            options.TrainBatchSize * bytes * (activations.Kept(options.GradientCheckpointing) + text),
            (options.TrainBatchSize * bytes * activations.Work()) + (LaidOutAnew * bytes * model.UNet.parameters().Max(weight => weight.numel())) + Runtime,
            (options.Data.CacheLatents ? 1 : options.TrainBatchSize) * model.Vae.EncodeBytes(h, w))
        {
            Parameters = values,
        };
    }

    /// <summary>One line: the whole, and what it consists of.</summary>
    public override string ToString() =>
        $"{Size(Peak)} (weights {Size(Weights)}, network {Size(Adapter)}, optimizer {Size(Optimizer)}, activations {Size(Activations)}, work {Size(Work)}; encoding pictures {Size(Encoding)})";

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

    private static string Size(double bytes) => bytes < GiB / 10
        ? FormattableString.Invariant($"{bytes / MiB:F0} MiB")
        : FormattableString.Invariant($"{bytes / GiB:F1} GiB");

    private IEnumerable<string> Advice(TrainingOptions options, long free)
    {
        var activations = Activations > Encoding - Adapter - Optimizer;
        if (Weights + Runtime > free)
            yield return "the model alone does not fit: use `mixed_precision: bf16` where it is not, or a machine with more memory";
        if (activations && !options.GradientCheckpointing)
            yield return "use `gradient_checkpointing: true`";
        if (activations && options.TrainBatchSize > 1)
            yield return $"lower `train_batch_size` (it is {options.TrainBatchSize}; `gradient_accumulation_steps` makes up for it)";
        if (Adapter + Optimizer > Peak / 8)
            yield return $"lower `network_dim` (it is {options.Network.NetworkDim})";
        yield return "lower `resolution`, or stop what else uses the memory";
    }

    private static long Values(SdxlModel model, TrainingOptions options)
    {
        var size = new AdapterSize(options.Network);
        return LoraNetwork.Targets(model, options.Network.ConvDim is not null, !options.Network.NetworkTrainUnetOnly).Sum(size.CountValues);
    }

    /// <summary>Tensors as large as the network: what is kept from step to step, and what a step makes.</summary>
    private static double OptimizerTensors(string name) => name switch
    {
        // Two bytes and two scales of 256 values; a step makes more of a few MiB at a time.
        OptimizerNames.AdamW8bit => (2 + (8.0 / 256)) / sizeof(float),
        OptimizerNames.Sgd => 1,
        OptimizerNames.SgdNesterov or OptimizerNames.Lion or OptimizerNames.Adafactor => 2,
        OptimizerNames.Prodigy => 5,
        _ => 3,
    };
}
