using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Slipway.Training;

/// <summary>
/// The metadata of a LoRA file: sd-scripts' <c>ss_*</c> keys, which web UIs show, and Stability's <c>modelspec.*</c>
/// (1.0.1). All values are strings as Python writes them. Times and session numbers are left out unless given, so that
/// equal trainings give equal files.
/// </summary>
public static class LoraMetadata
{
    private const string None = "None";
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="options">Of the training.</param>
    /// <param name="images">Of the training; the part of a name before its last slash is its dataset folder.</param>
    /// <param name="origin">What the options do not say.</param>
    public static IReadOnlyDictionary<string, string> Of(TrainingOptions options, IReadOnlyList<TrainingImage> images, LoraOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(origin);
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        AddTraining(metadata, options, new BatchPlan(images, options.TrainBatchSize, options.GradientAccumulationSteps, options.Seed));
        AddNetwork(metadata, options.Network);
        AddData(metadata, options, images);
        AddOrigin(metadata, images, origin);
        return metadata;
    }

    private static void AddTraining(SortedDictionary<string, string> metadata, TrainingOptions options, BatchPlan plan)
    {
        var steps = options.MaxTrainSteps ?? (options.MaxTrainEpochs!.Value * plan.StepsPerEpoch);
        metadata["ss_learning_rate"] = Text(options.LearningRate);
        metadata["ss_unet_lr"] = Text(options.UNetLr);
        metadata["ss_text_encoder_lr"] = Text(options.TextEncoderLr);
        metadata["ss_lr_scheduler"] = options.LrScheduler;
        metadata["ss_lr_warmup_steps"] = Text(new LrSchedule(options.LrScheduler, steps, options.LrWarmupSteps).WarmupSteps);
        metadata["ss_optimizer"] = $"torch.optim.adamw.AdamW(weight_decay={Text(options.Optimizer.WeightDecay)})";
        metadata["ss_max_grad_norm"] = Text(options.MaxGradNorm);
        metadata["ss_gradient_accumulation_steps"] = Text(options.GradientAccumulationSteps);
        metadata["ss_max_train_steps"] = metadata["ss_steps"] = Text(steps);
        metadata["ss_num_epochs"] = metadata["ss_epoch"] = Text((steps + plan.StepsPerEpoch - 1) / plan.StepsPerEpoch);
        metadata["ss_num_batches_per_epoch"] = Text(plan.BatchesPerEpoch);
        metadata["ss_batch_size_per_device"] = metadata["ss_total_batch_size"] = Text(options.TrainBatchSize);
        AddLoss(metadata, options);
        metadata["ss_seed"] = Text(options.Seed);
        metadata["ss_gradient_checkpointing"] = Text(options.GradientCheckpointing);
        metadata["ss_lowram"] = metadata["ss_full_fp16"] = Text(false);
        metadata["ss_cache_latents"] = Text(true);
    }

    // What came with later versions of sd-scripts is written where it is used, as an older one does.
    private static void AddLoss(SortedDictionary<string, string> metadata, TrainingOptions options)
    {
        metadata["ss_min_snr_gamma"] = Text(options.Weighting.MinSnrGamma);
        metadata["ss_debiased_estimation"] = Text(options.Weighting.DebiasedEstimationLoss);
        metadata["ss_noise_offset"] = options.Noise.NoiseOffset == 0 ? None : Text(options.Noise.NoiseOffset);
        metadata["ss_loss_type"] = options.Loss.LossType;
        if (options.Noise.AdaptiveNoiseScale is { } scale)
            metadata["ss_adaptive_noise_scale"] = Text(scale);
        if (options.Noise.MultiresNoiseIterations is { } iterations)
        {
            metadata["ss_multires_noise_iterations"] = Text(iterations);
            metadata["ss_multires_noise_discount"] = Text(options.Noise.MultiresNoiseDiscount);
        }
        if (options.Loss.LossType is not ("huber" or "smooth_l1"))
            return;
        metadata["ss_huber_schedule"] = options.Loss.HuberSchedule;
        metadata["ss_huber_scale"] = Text(options.Loss.HuberScale);
        metadata["ss_huber_c"] = Text(options.Loss.HuberC);
    }

    private static void AddNetwork(SortedDictionary<string, string> metadata, LoraOptions network)
    {
        metadata["ss_network_module"] = "networks.lora";
        metadata["ss_network_dim"] = Text(network.NetworkDim);
        metadata["ss_network_alpha"] = Text(network.NetworkAlpha);
        metadata["ss_network_dropout"] = None;
        if (network.ConvDim is { } dim)
            metadata["ss_network_args"] = JsonSerializer.Serialize(new { conv_dim = Text(dim), conv_alpha = Text(network.ConvAlpha) }, Json);
    }

    private static void AddData(SortedDictionary<string, string> metadata, TrainingOptions options, IReadOnlyList<TrainingImage> images)
    {
        var folders = images.GroupBy(Folder, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        metadata["ss_num_train_images"] = Text(images.Sum(i => i.Repeats));
        metadata["ss_num_reg_images"] = Text(0);
        metadata["ss_shuffle_caption"] = Text(options.Caption.ShuffleCaption);
        metadata["ss_keep_tokens"] = Text(options.Caption.KeepTokens);
        metadata["ss_caption_dropout_rate"] = Text(options.Caption.CaptionDropoutRate);
        metadata["ss_caption_tag_dropout_rate"] = Text(options.Caption.CaptionTagDropoutRate);
        metadata["ss_dataset_dirs"] = JsonSerializer.Serialize(
            folders.ToDictionary(g => g.Key, g => new { n_repeats = g.First().Repeats, img_count = g.Count() }), Json);
        metadata["ss_tag_frequency"] = JsonSerializer.Serialize(folders.ToDictionary(g => g.Key, TagFrequency), Json);
    }

    private static void AddOrigin(SortedDictionary<string, string> metadata, IReadOnlyList<TrainingImage> images, LoraOrigin origin)
    {
        var largest = images.MaxBy(i => (long)i.Width * i.Height)!;
        metadata["ss_resolution"] = $"({Text(largest.Width)}, {Text(largest.Height)})";
        metadata["ss_output_name"] = metadata["modelspec.title"] = origin.OutputName;
        metadata["ss_sd_model_name"] = origin.ModelName;
        if (origin.ModelHash is not null)
            metadata["ss_new_sd_model_hash"] = origin.ModelHash;
        if (origin.LegacyModelHash is not null)
            metadata["ss_sd_model_hash"] = origin.LegacyModelHash;
        metadata["ss_base_model_version"] = "sdxl_base_v1-0";
        metadata["ss_v2"] = Text(false);
        metadata["ss_mixed_precision"] = origin.MixedPrecision;
        metadata["modelspec.sai_model_spec"] = "1.0.1";
        metadata["modelspec.architecture"] = "stable-diffusion-xl-v1-base/lora";
        metadata["modelspec.implementation"] = "https://github.com/Stability-AI/generative-models";
        metadata["modelspec.resolution"] = $"{Text(largest.Width)}x{Text(largest.Height)}";
        metadata["modelspec.prediction_type"] = origin.PredictsVelocity ? "v" : "epsilon";
        if (origin.Date is { } date)
            metadata["modelspec.date"] = date.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static SortedDictionary<string, int> TagFrequency(IEnumerable<TrainingImage> images)
    {
        var counts = images.SelectMany(i => i.Caption.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .CountBy(tag => tag, StringComparer.Ordinal);
        return new SortedDictionary<string, int>(counts.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private static string Folder(TrainingImage image) =>
        image.Name.LastIndexOf('/') is >= 0 and var slash ? image.Name[..slash] : $"{Text(image.Repeats)}_";

    private static string Text(bool value) => value ? "True" : "False";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    // Python's str() of a float always shows that it is one, and its exponents have two digits.
    private static string Text(double? value)
    {
        if (value is not { } number)
            return None;
        if (number != 0 && Math.Abs(number) < 1e-4)
            return number.ToString("0.################e-00", CultureInfo.InvariantCulture);
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) || text.Contains('E', StringComparison.Ordinal) ? text : text + ".0";
    }
}
