using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Training.Metadata;

/// <summary>
/// The metadata of a LoRA file: sd-scripts' <c>ss_*</c> keys, which web UIs show, and Stability's <c>modelspec.*</c>
/// (1.0.1). All values are strings as Python writes them. Left out, so that equal trainings give equal files, are
/// <c>ss_session_id</c>, <c>ss_training_started_at</c>, <c>ss_training_finished_at</c> and, unless given, <c>modelspec.date</c>; and
/// <c>ss_sd_scripts_commit_hash</c>, because no sd-scripts was there.
/// </summary>
public static class LoraMetadata
{
    /// <param name="options">The training's options.</param>
    /// <param name="images">The training's pictures; the part of a name before its last slash is its dataset folder.</param>
    /// <param name="origin">What the options do not say.</param>
    public static IReadOnlyDictionary<string, string> FromTraining(TrainingOptions options, IReadOnlyList<TrainingImage> images, LoraOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(origin);
        var dataset = new DatasetMetadata(images, origin.Buckets);
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        AddLength(metadata, options, new BatchPlan(images, options.TrainBatchSize, options.GradientAccumulationSteps, options.Seed));
        AddRates(metadata, options);
        AddLoss(metadata, options);
        AddNetwork(metadata, options.Network);
        AddCaptions(metadata, options);
        AddPictures(metadata, images);
        AddValidation(metadata, origin.Validation, origin.ValidationImages);
        AddUnused(metadata);
        dataset.AddTo(metadata);
        AddOrigin(metadata, origin);
        AddModelSpec(metadata, origin, dataset.Resolution);
        foreach (var (key, value) in origin.Additional)
            metadata[key] = value;
        return metadata;
    }

    /// <summary>The same, of the weights after a step that is not the training's last.</summary>
    /// <param name="metadata">The metadata of the whole training.</param>
    /// <param name="step">Counted from 1.</param>
    /// <param name="stepsPerEpoch">Optimizer steps of an epoch.</param>
    public static IReadOnlyDictionary<string, string> At(IReadOnlyDictionary<string, string> metadata, int step, int stepsPerEpoch) =>
        new SortedDictionary<string, string>(metadata.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal)
        {
            ["ss_steps"] = PythonText.Of(step),
            ["ss_epoch"] = PythonText.Of((step + stepsPerEpoch - 1) / stepsPerEpoch),
        };

    private static void AddLength(SortedDictionary<string, string> metadata, TrainingOptions options, BatchPlan plan)
    {
        var steps = options.MaxTrainSteps ?? (options.MaxTrainEpochs!.Value * plan.StepsPerEpoch);
        metadata["ss_max_train_steps"] = metadata["ss_steps"] = PythonText.Of(steps);
        metadata["ss_num_epochs"] = metadata["ss_epoch"] = PythonText.Of((steps + plan.StepsPerEpoch - 1) / plan.StepsPerEpoch);
        metadata["ss_num_batches_per_epoch"] = PythonText.Of(plan.BatchesPerEpoch);
        metadata["ss_batch_size_per_device"] = metadata["ss_total_batch_size"] = PythonText.Of(options.TrainBatchSize);
        metadata["ss_gradient_accumulation_steps"] = PythonText.Of(options.GradientAccumulationSteps);
    }

    private static void AddRates(SortedDictionary<string, string> metadata, TrainingOptions options)
    {
        metadata["ss_learning_rate"] = PythonText.Of(options.LearningRate);
        metadata["ss_unet_lr"] = PythonText.Of(options.UNetLr);
        metadata["ss_text_encoder_lr"] = PythonText.Of(options.TextEncoderLr);
        metadata["ss_lr_scheduler"] = options.LrScheduler;
        metadata["ss_lr_warmup_steps"] = PythonText.OfCountOrShare(options.LrWarmupSteps);
        metadata["ss_optimizer"] = options.Optimizer.Description;
        metadata["ss_max_grad_norm"] = PythonText.Of(options.MaxGradNorm);
        metadata["ss_scale_weight_norms"] = PythonText.Of(options.ScaleWeightNorms);
        metadata["ss_seed"] = PythonText.Of(options.Seed);
        metadata["ss_gradient_checkpointing"] = PythonText.Of(options.GradientCheckpointing);
        metadata["ss_cache_latents"] = PythonText.Of(options.Data.CacheLatents);
    }

    private static void AddLoss(SortedDictionary<string, string> metadata, TrainingOptions options)
    {
        metadata["ss_min_snr_gamma"] = PythonText.Of(options.Weighting.MinSnrGamma);
        metadata["ss_debiased_estimation"] = PythonText.Of(options.Weighting.DebiasedEstimationLoss);
        metadata["ss_noise_offset"] = options.Noise.NoiseOffset == 0 ? PythonText.None : PythonText.Of(options.Noise.NoiseOffset);
        metadata["ss_adaptive_noise_scale"] = PythonText.Of(options.Noise.AdaptiveNoiseScale);
        metadata["ss_multires_noise_iterations"] = options.Noise.MultiresNoiseIterations is { } iterations ? PythonText.Of(iterations) : PythonText.None;
        metadata["ss_multires_noise_discount"] = PythonText.Of(options.Noise.MultiresNoiseDiscount);
        metadata["ss_ip_noise_gamma"] = PythonText.Of(options.Noise.IpNoiseGamma);
        metadata["ss_ip_noise_gamma_random_strength"] = PythonText.Of(options.Noise.IpNoiseGammaRandomStrength);
        metadata["ss_zero_terminal_snr"] = PythonText.Of(options.ZeroTerminalSnr);
        metadata["ss_loss_type"] = options.Loss.LossType;
        metadata["ss_huber_schedule"] = options.Loss.HuberSchedule;
        metadata["ss_huber_scale"] = PythonText.Of(options.Loss.HuberScale);
        metadata["ss_huber_c"] = PythonText.Of(options.Loss.HuberC);
        metadata["ss_prior_loss_weight"] = PythonText.Of(options.Loss.PriorLossWeight);
    }

    // sd-scripts hands the dropout to the network as one more argument, and writes it with the others where there are any.
    private static void AddNetwork(SortedDictionary<string, string> metadata, LoraOptions network)
    {
        var arguments = NetworkArguments.FromOptions(network);
        var dropout = network.Dropout.NetworkDropout == 0 ? (double?)null : network.Dropout.NetworkDropout;
        metadata["ss_network_module"] = arguments.Module;
        metadata["ss_network_dim"] = PythonText.Of(network.NetworkDim);
        metadata["ss_network_alpha"] = PythonText.Of(network.NetworkAlpha);
        metadata["ss_network_dropout"] = PythonText.Of(dropout);
        if (arguments.Arguments.Count > 0)
            metadata["ss_network_args"] = PythonText.Json(new JsonObject([.. arguments.Arguments.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)), KeyValuePair.Create("dropout", (JsonNode?)dropout)]));
    }

    private static void AddCaptions(SortedDictionary<string, string> metadata, TrainingOptions options)
    {
        metadata["ss_shuffle_caption"] = PythonText.Of(options.Caption.ShuffleCaption);
        metadata["ss_keep_tokens"] = PythonText.Of(options.Caption.KeepTokens);
        metadata["ss_caption_dropout_rate"] = PythonText.Of(options.Caption.CaptionDropoutRate);
        metadata["ss_caption_dropout_every_n_epochs"] = PythonText.Of(options.Caption.CaptionDropoutEveryNEpochs);
        metadata["ss_caption_tag_dropout_rate"] = PythonText.Of(options.Caption.CaptionTagDropoutRate);
        metadata["ss_max_token_length"] = options.Data.MaxTokenLength == new DataOptions().MaxTokenLength ? PythonText.None : PythonText.Of(options.Data.MaxTokenLength);
    }

    // One key for all subsets: whether any of them varies so.
    private static void AddPictures(SortedDictionary<string, string> metadata, IReadOnlyList<TrainingImage> images)
    {
        metadata["ss_flip_aug"] = PythonText.Of(images.Any(image => image.Subset.FlipAug));
        metadata["ss_color_aug"] = PythonText.Of(images.Any(image => image.Subset.ColorAug));
        metadata["ss_random_crop"] = PythonText.Of(images.Any(image => image.Subset.RandomCrop));
    }

    private static void AddValidation(SortedDictionary<string, string> metadata, ValidationOptions? validation, int images)
    {
        metadata["ss_num_validation_images"] = PythonText.Of(images);
        metadata["ss_validate_every_n_steps"] = validation is null ? PythonText.None : PythonText.Of(validation.EveryNSteps);
        metadata["ss_validation_seed"] = validation?.Seed is { } seed ? PythonText.Of(seed) : PythonText.None;
        metadata["ss_validation_split"] = PythonText.Of(0.0);
    }

    // Options of sd-scripts that a training here does not have: as it writes them at rest.
    private static void AddUnused(SortedDictionary<string, string> metadata)
    {
        foreach (var key in new[] { "v2", "full_fp16", "lowram", "fp8_base", "fp8_base_unet", "noise_offset_random_strength" })
            metadata["ss_" + key] = PythonText.Of(false);
        foreach (var key in new[] { "clip_skip", "face_crop_aug_range", "resize_interpolation", "max_validation_steps", "validate_every_n_epochs" })
            metadata["ss_" + key] = PythonText.None;
    }

    private static void AddOrigin(SortedDictionary<string, string> metadata, LoraOrigin origin)
    {
        metadata["ss_output_name"] = origin.OutputName;
        metadata["ss_training_comment"] = origin.Comment ?? PythonText.None;
        metadata["ss_sd_model_name"] = origin.ModelName;
        if (origin.ModelHash is not null)
            metadata["ss_new_sd_model_hash"] = origin.ModelHash;
        if (origin.LegacyModelHash is not null)
            metadata["ss_sd_model_hash"] = origin.LegacyModelHash;
        metadata["ss_base_model_version"] = "sdxl_base_v1-0";
        metadata["ss_mixed_precision"] = origin.MixedPrecision;
    }

    private static void AddModelSpec(SortedDictionary<string, string> metadata, LoraOrigin origin, (int Width, int Height) resolution)
    {
        metadata["modelspec.sai_model_spec"] = "1.0.1";
        metadata["modelspec.architecture"] = "stable-diffusion-xl-v1-base/lora";
        metadata["modelspec.implementation"] = "https://github.com/Stability-AI/generative-models";
        metadata["modelspec.title"] = origin.OutputName;
        metadata["modelspec.resolution"] = $"{PythonText.Of(resolution.Width)}x{PythonText.Of(resolution.Height)}";
        metadata["modelspec.prediction_type"] = origin.PredictsVelocity ? "v" : "epsilon";
        if (origin.Date is { } date)
            metadata["modelspec.date"] = date.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
    }
}
