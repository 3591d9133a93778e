using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>Reads a version's settings under sd-scripts' names.</summary>
internal static class VersionReader
{
    /// <summary>Null when the dataset is not known.</summary>
    public static VersionPlan? Read(string name, MappingReader reader, IReadOnlyList<DatasetPlan> datasets, long seed)
    {
        var names = reader.OneOrMore("dataset");
        var training = ReadTraining(reader, seed);
        var augmentation = AugmentationPlan.Read(reader);
        var monitoring = MonitoringPlan.Read(reader);
        // Where two versions differ only in what they learn from, that shows in the hashes of the pictures.
        var parameters = new Dictionary<string, string>(reader.Values, StringComparer.Ordinal);
        parameters.Remove("dataset");
        foreach (var (key, value) in monitoring.Parameters)
            parameters.Add(key, value);
        reader.AlsoKnown(Inheritance.Key);
        reader.Finish();
        CheckLength(reader, training);
        OptimizerReader.Check(reader, training);
        WeightsReader.Check(reader, training);
        return SubsetReader.Find(reader, names, datasets) is not { } found ? null
            : SubsetReader.Checked(reader, new VersionPlan(name, found, training, parameters) { Augmentation = augmentation, Monitoring = monitoring });
    }

    private static TrainingOptions ReadTraining(MappingReader reader, long seed) => new()
    {
        Network = NetworkReader.Read(reader),
        Caption = new CaptionOptions
        {
            ShuffleCaption = reader.Switch("shuffle_caption", fallback: false),
            KeepTokens = reader.Whole("keep_tokens", 0, 0),
            CaptionDropoutRate = reader.Number("caption_dropout_rate", 0, 0, 1),
            CaptionTagDropoutRate = reader.Number("caption_tag_dropout_rate", 0, 0, 1),
            CaptionPrefix = reader.TextOrEmpty("caption_prefix"),
            CaptionSuffix = reader.TextOrEmpty("caption_suffix"),
            KeepTokensSeparator = reader.OptionalText("keep_tokens_separator") ?? "",
            SecondarySeparator = reader.OptionalText("secondary_separator") ?? "",
            EnableWildcard = reader.OptionalSwitch("enable_wildcard") == true,
            CaptionDropoutEveryNEpochs = reader.OptionalWhole("caption_dropout_every_n_epochs", 0) ?? 0,
            TokenWarmupStep = reader.OptionalNumber("token_warmup_step", 0) ?? 0,
            TokenWarmupMin = reader.OptionalWhole("token_warmup_min", 0) ?? 1,
        },
        Optimizer = OptimizerReader.Read(reader),
        LoraPlus = OptimizerReader.ReadLoraPlus(reader),
        Ema = WeightsReader.ReadEma(reader),
        Saves = WeightsReader.ReadSaves(reader),
        ScaleWeightNorms = WeightsReader.ReadScaleWeightNorms(reader),
        ZeroTerminalSnr = !reader.IsUnset("zero_terminal_snr") && reader.Switch("zero_terminal_snr", fallback: false),
        LearningRate = reader.Number("learning_rate", 1e-4, 0),
        UNetLr = reader.OptionalNumber("unet_lr", 0),
        TextEncoderLr = reader.OptionalNumber("text_encoder_lr", 0),
        LrScheduler = reader.OneOf("lr_scheduler", "constant", KnownNames.LrSchedulers),
        LrWarmupSteps = reader.Number("lr_warmup_steps", 0, 0),
        LrSchedulerNumCycles = reader.Whole("lr_scheduler_num_cycles", 1, 1),
        LrSchedulerPower = reader.Number("lr_scheduler_power", 1, 0),
        LrTail = OptimizerReader.ReadTail(reader),
        TrainBatchSize = reader.Whole("train_batch_size", 1, 1, 4096),
        GradientAccumulationSteps = reader.Whole("gradient_accumulation_steps", 1, 1, 4096),
        MaxTrainSteps = reader.OptionalWhole("max_train_steps", 1),
        MaxTrainEpochs = reader.OptionalWhole("max_train_epochs", 1),
        MaxGradNorm = reader.Number("max_grad_norm", 1, 0),
        GradientCheckpointing = !reader.IsUnset("gradient_checkpointing") && reader.Switch("gradient_checkpointing", fallback: false),
        Data = SubsetReader.ReadData(reader),
        Mask = SubsetReader.ReadMask(reader),
        Loss = ReadLoss(reader),
        Weighting = new SnrWeightingOptions
        {
            MinSnrGamma = reader.OptionalNumber("min_snr_gamma", 0.001),
            DebiasedEstimationLoss = reader.Switch("debiased_estimation_loss", fallback: false),
            ScaleVPredLossLikeNoisePred = !reader.IsUnset("scale_v_pred_loss_like_noise_pred") && reader.Switch("scale_v_pred_loss_like_noise_pred", fallback: false),
            VPredLikeLoss = reader.OptionalNumber("v_pred_like_loss", 0.001),
        },
        Noise = ReadNoise(reader),
        Seed = reader.Long("seed", seed, 0, uint.MaxValue),
    };

    // What is not given here does not get into the fingerprint, so that the plans of before these options keep theirs.
    private static LossOptions ReadLoss(MappingReader reader)
    {
        var defaults = new LossOptions();
        return new LossOptions
        {
            LossType = reader.IsUnset("loss_type") ? defaults.LossType : reader.OneOf("loss_type", null, KnownNames.LossTypes),
            HuberSchedule = reader.IsUnset("huber_schedule") ? defaults.HuberSchedule : reader.OneOf("huber_schedule", null, KnownNames.HuberSchedules),
            HuberC = reader.OptionalNumber("huber_c", 1e-6) ?? defaults.HuberC,
            HuberScale = reader.OptionalNumber("huber_scale", 1e-6) ?? defaults.HuberScale,
            PriorLossWeight = reader.OptionalNumber("prior_loss_weight", 0) ?? defaults.PriorLossWeight,
        };
    }

    private static NoiseOptions ReadNoise(MappingReader reader)
    {
        var noise = new NoiseOptions
        {
            NoiseOffset = reader.Number("noise_offset", 0, 0, 1),
            AdaptiveNoiseScale = reader.OptionalNumber("adaptive_noise_scale", -1, 1),
            MultiresNoiseIterations = reader.OptionalWhole("multires_noise_iterations", 1, 100),
            IpNoiseGamma = reader.OptionalNumber("ip_noise_gamma", 1e-9, 1),
            IpNoiseGammaRandomStrength = !reader.IsUnset("ip_noise_gamma_random_strength") && reader.Switch("ip_noise_gamma_random_strength", fallback: false),
            MultiresNoiseDiscount = reader.OptionalNumber("multires_noise_discount", 0, 1) ?? new NoiseOptions().MultiresNoiseDiscount,
        };
        if (!reader.IsPartial && noise is { IpNoiseGammaRandomStrength: true, IpNoiseGamma: null })
            reader.Problem("ip_noise_gamma_random_strength", "varies `ip_noise_gamma`, which is not given; give both or none.");
        if (!reader.IsPartial && noise is { AdaptiveNoiseScale: not null, NoiseOffset: 0 })
            reader.Problem("adaptive_noise_scale", "changes `noise_offset`, which is 0; give both or none.");
        return noise;
    }

    private static void CheckLength(MappingReader reader, TrainingOptions training)
    {
        if (!reader.IsPartial && training.MaxTrainSteps is null == training.MaxTrainEpochs is null)
            reader.Problem("max_train_steps", "or `max_train_epochs` must be given, and not both; `null` takes an inherited one away.");
        if (training.EffectiveUNetLr == 0 && training.EffectiveTextEncoderLr == 0)
            reader.Problem("learning_rate", "must be above 0 for the UNet or the text encoders; as it is, nothing would be trained.");
    }
}
