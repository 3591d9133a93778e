using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Engine.Options;
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
    /// <summary>ModelSpec's hash of all bytes behind the header; where the key is there, whoever writes the file fills it in.</summary>
    internal const string HashKey = "modelspec.hash_sha256";

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
        AddTraining(metadata, options);
        metadata["ss_optimizer"] = options.Optimizer.Description;
        AddNetwork(metadata, options.Network);
        // The UNet alone is in eight bits, which sd-scripts says by both.
        metadata["ss_fp8_base_unet"] = PythonText.Of(options.Fp8Base);
        AddPictures(metadata, images);
        AddValidation(metadata, origin.Validation, origin.ValidationImages);
        AddUnused(metadata);
        dataset.AddTo(metadata);
        AddOrigin(metadata, origin);
        AddModelSpec(metadata, options.ModelSpec, origin, dataset.Resolution);
        foreach (var (key, value) in origin.Additional)
            metadata[key] = value;
        return metadata;
    }

    /// <summary>sd-scripts' keys of a training's options alone, without those that say how it went.</summary>
    public static IReadOnlyDictionary<string, string> OfOptions(TrainingOptions options)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        AddTraining(metadata, options);
        return metadata;
    }

    /// <summary>ModelSpec's keys of what is said of a file; none where nothing is.</summary>
    /// <param name="said">What is said.</param>
    /// <param name="thumbnail">A small picture as a data URL; null: none.</param>
    public static IReadOnlyDictionary<string, string> OfModelSpec(ModelSpecOptions said, string? thumbnail)
    {
        ArgumentNullException.ThrowIfNull(said);
        var metadata = said.Given.ToDictionary(entry => $"modelspec.{entry.Key}", entry => entry.Value, StringComparer.Ordinal);
        if (thumbnail is not null)
            metadata["modelspec.thumbnail"] = thumbnail;
        // Whoever writes the file puts it in: it is of the tensors.
        if (metadata.Count > 0)
            metadata[HashKey] = "";
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
    }

    // Two rates of text encoders are a list, as sd-scripts writes them of networks that take one each.
    private static void AddTraining(SortedDictionary<string, string> metadata, TrainingOptions options)
    {
        AddOptions(metadata, TrainingOptions.Declared, options);
        if (options.SplitsText)
            metadata["ss_text_encoder_lr"] = PythonText.ListOf([options.EffectiveTextEncoderLr, options.EffectiveTextEncoderLr2]);
    }

    /// <summary>Options under the keys that they declare; what is told of another way is not among them.</summary>
    private static void AddOptions<T>(SortedDictionary<string, string> metadata, OptionTable<T> table, T options)
        where T : class, new()
    {
        foreach (var option in table.Options)
        {
            if (option.Metadata is { } told)
                metadata[told.Key] = Text(told, option, options);
        }
    }

    private static string Text<T>(OptionMetadata told, Option<T> option, T options)
        where T : class
    {
        if (told.IsNoneAtDefault && option.IsDefault(options))
            return PythonText.None;
        if (told.IsSwitch)
            return PythonText.Of(!option.IsDefault(options));
        return told.IsCountOrShare && option.Value(options) is double number ? PythonText.OfCountOrShare(number) : PythonText.OfValue(option.Value(options));
    }

    // sd-scripts hands the dropout to the network as one more argument, and writes it with the others where there are any.
    private static void AddNetwork(SortedDictionary<string, string> metadata, LoraOptions network)
    {
        var arguments = NetworkArguments.FromOptions(network);
        var dropout = network.Dropout.NetworkDropout == 0 ? (double?)null : network.Dropout.NetworkDropout;
        metadata["ss_network_module"] = arguments.Module;
        if (arguments.Arguments.Count > 0)
            metadata["ss_network_args"] = PythonText.Json(new JsonObject([.. arguments.Arguments.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)), KeyValuePair.Create("dropout", (JsonNode?)dropout)]));
    }

    // One key for all subsets: the first that varies so says it.
    private static void AddPictures(SortedDictionary<string, string> metadata, IReadOnlyList<TrainingImage> images)
    {
        foreach (var option in SubsetOptions.Variations.Options)
            metadata[option.Metadata!.Key] = PythonText.OfValue(option.Value(images.Select(image => image.Subset).FirstOrDefault(subset => !option.IsDefault(subset)) ?? new()));
    }

    private static void AddValidation(SortedDictionary<string, string> metadata, ValidationOptions? validation, int images)
    {
        metadata["ss_num_validation_images"] = PythonText.Of(images);
        AddOptions(metadata, ValidationOptions.Declared, validation ?? new());
        metadata["ss_validation_split"] = PythonText.Of(0.0);
    }

    // Options of sd-scripts that a training here does not have: as it writes them at rest.
    private static void AddUnused(SortedDictionary<string, string> metadata)
    {
        foreach (var key in new[] { "v2", "full_fp16", "lowram" })
            metadata["ss_" + key] = PythonText.Of(false);
        foreach (var key in new[] { "clip_skip", "face_crop_aug_range", "max_validation_steps", "validate_every_n_epochs" })
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
        if (origin.ClipSkip is { } skip)
            metadata["ss_clip_skip"] = PythonText.Of(skip);
        if (origin.Vae is { } vae)
            (metadata["ss_vae_name"], metadata["ss_new_vae_hash"], metadata["ss_vae_hash"]) = (vae.Name, vae.Hash, vae.LegacyHash);
        metadata["ss_base_model_version"] = "sdxl_base_v1-0";
        metadata["ss_mixed_precision"] = origin.MixedPrecision;
    }

    private static void AddModelSpec(SortedDictionary<string, string> metadata, ModelSpecOptions said, LoraOrigin origin, (int Width, int Height) resolution)
    {
        metadata["modelspec.sai_model_spec"] = "1.0.1";
        metadata["modelspec.architecture"] = "stable-diffusion-xl-v1-base/lora";
        metadata["modelspec.implementation"] = "https://github.com/Stability-AI/generative-models";
        metadata["modelspec.title"] = origin.OutputName;
        metadata["modelspec.resolution"] = $"{PythonText.Of(resolution.Width)}x{PythonText.Of(resolution.Height)}";
        metadata["modelspec.prediction_type"] = origin.PredictsVelocity ? "v" : "epsilon";
        if (origin.Date is { } date)
            metadata["modelspec.date"] = date.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        foreach (var (key, value) in OfModelSpec(said, origin.Thumbnail))
            metadata[key] = value;
    }
}
