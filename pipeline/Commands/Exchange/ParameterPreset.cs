using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// A preset of RedRayz/Kohya_lora_param_gui (<c>.xmlora</c>): .NET's XML serialisation of its <c>TrainParams</c>, an element a
/// field. It becomes the options that the GUI would start sd-scripts with; fields under former and later names are both known.
/// </summary>
internal sealed class ParameterPreset
{
    private const int LargestFile = 1 << 20;
    private const string RootName = "TrainParams";
    private const decimal BlockWeightStep = 0.05m;
    private const int SdxlBlocks = 9;

    /// <summary>Fields whose options have other names, and when they are passed.</summary>
    private static readonly (string[] Fields, string Option, Func<string, bool> IsPassed)[] Simple =
    [
        (["ModelPath"], "pretrained_model_name_or_path", HasText), (["TrainImagePath"], "train_data_dir", HasText), (["RegImagePath"], "reg_data_dir", HasText),
        (["OutputPath"], "output_dir", HasText), (["OutputName"], "output_name", HasText), (["Comment"], "training_comment", HasText),
        (["VAEPath"], "vae", HasText), (["LoraModelPath"], "network_weights", HasText), (["TensorBoardLogPath"], "logging_dir", HasText),
        (["DatasetConfigPath"], "dataset_config", HasText), (["TokensSeparator"], "keep_tokens_separator", HasText),
        (["LearningRate"], "learning_rate", Always), (["UnetLR"], "unet_lr", IsPositive), (["TextEncoderLR"], "text_encoder_lr", IsPositive),
        (["Resolution"], "resolution", Always), (["BatchSize"], "train_batch_size", Always), (["NetworkDim"], "network_dim", Always), (["NetworkAlpha"], "network_alpha", Always),
        (["GradAccSteps"], "gradient_accumulation_steps", value => Number(value) > 1), (["WarmupSteps"], "lr_warmup_steps", IsPositive),
        (["LRDecaySteps"], "lr_decay_steps", IsPositive), (["MinLRRatio"], "lr_scheduler_min_lr_ratio", IsPositive), (["SchedulerTimescale"], "lr_scheduler_timescale", IsPositive),
        (["MinBucketResolution"], "min_bucket_reso", Always), (["MaxBucketResolution"], "max_bucket_reso", Always), (["CaptionFileExtension"], "caption_extension", HasText),
        (["Seed"], "seed", value => Number(value) >= 0), (["MaxTokens"], "max_token_length", value => Number(value) > 75),
        (["NoiseOffset"], "noise_offset", IsPositive), (["IpNoiseGamma"], "ip_noise_gamma", IsPositive), (["AdaptiveNoiseScale"], "adaptive_noise_scale", value => Number(value) != 0),
        (["MultiresNoiseIterations"], "multires_noise_iterations", IsPositive), (["MultiresNoiseDiscount"], "multires_noise_discount", IsPositive),
        (["MinSNRGamma"], "min_snr_gamma", IsPositive), (["NetworkDropout"], "network_dropout", IsPositive), (["CaptionDropout"], "caption_dropout_rate", IsPositive),
        (["CaptionTagDropout"], "caption_tag_dropout_rate", IsPositive), (["MaxNormReg", "ScaleWeightNorms"], "scale_weight_norms", IsPositive),
        (["TokenWarmupMin"], "token_warmup_min", IsPositive), (["TokenWarmupStep"], "token_warmup_step", IsPositive),
        (["RandomNoiseOffset"], "noise_offset_random_strength", IsOn), (["RandomIpNoiseGamma"], "ip_noise_gamma_random_strength", IsOn),
        (["NoBucketUpscaling"], "bucket_no_upscale", IsOn), (["UseGradient"], "gradient_checkpointing", IsOn), (["UseColorAug"], "color_aug", IsOn), (["UseFlipAug"], "flip_aug", IsOn),
        (["CropRandomly"], "random_crop", IsOn), (["CacheLatents"], "cache_latents", IsOn), (["UseWeightedCaptions"], "weighted_captions", IsOn),
        (["VParameterization"], "v_parameterization", IsOn), (["ZeroTerminalSNR"], "zero_terminal_snr", IsOn), (["UseFP8Base"], "fp8_base", IsOn),
        (["UseFullFP16"], "full_fp16", IsOn), (["UseFullBf16"], "full_bf16", IsOn), (["CacheTextencoder"], "cache_text_encoder_outputs", IsOn), (["NoHalfVAE"], "no_half_vae", IsOn),
        (["MaskLoss"], "masked_loss", IsOn), (["AlphaMask"], "alpha_mask", IsOn), (["DebiasedEstimation"], "debiased_estimation_loss", IsOn),
        (["SaveState"], "save_state_on_train_end", IsOn), (["DontSaveMetadata"], "no_metadata", IsOn), (["HighVRAM"], "highvram", IsOn), (["ImmiscibleNoise"], "immiscible_noise", IsPositive),
    ];

    private static readonly (string Field, string Argument)[] NetworkArguments =
    [
        ("RankDropout", "rank_dropout"), ("ModuleDropout", "module_dropout"),
        ("LoRAPlusLRRatio", "loraplus_lr_ratio"), ("LoRAPlusUnetLRRatio", "loraplus_unet_lr_ratio"), ("LoRAPlusTELRRatio", "loraplus_text_encoder_lr_ratio"),
    ];

    /// <summary>Fields of other models and of networks and optimizers that are not here, and what the GUI begins with.</summary>
    private static readonly Dictionary<string, string> Untaken = new(StringComparer.Ordinal)
    {
        ["ClipLDropoutRate"] = "0", ["ClipGDropoutRate"] = "0", ["T5DropoutRate"] = "0", ["DyLoRAUnit"] = "4", ["ConstrainedOFT"] = "false", ["Eps1"] = "1E-16", ["Betas2"] = "0.999",
        ["DAdaptMomentum"] = "0.9", ["NoProx"] = "false", ["Sigmoidscale"] = "1", ["DiscreteFlowShift"] = "3", ["GuidanceScale"] = "0", ["MaxTokensT5"] = "512", ["BlocksToSwap"] = "0",
        ["ModelPredictionType"] = "Raw", ["TimestepSamplingEnum"] = "Sigmoid", ["TrainBlockType"] = "All", ["SplitMode"] = "false", ["ApplyT5AttnMask"] = "false", ["DitPath"] = "", ["Qwen3Path"] = "",
        ["LLMAdapterLR"] = "0", ["SelfAttnLR"] = "-1", ["CrossAttnLR"] = "-1", ["MlpLR"] = "-1",
    };

    private readonly XElement _root;
    private readonly string _path;
    private readonly ForeignOptions _options = new();
    private readonly List<string> _network = [];

    private ParameterPreset(XElement root, string path) => (_root, _path) = (root, path);

    /// <summary>Reads a preset. The file is not trusted: no DTD, no entities, nothing from elsewhere.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no XML, or no such preset.</exception>
    public static ForeignOptions Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path} does not exist.", path);
        try
        {
            var root = Root(path);
            return root.Name.LocalName == RootName
                ? new ParameterPreset(root, path).Convert()
                : throw new InvalidDataException($"{path} is no preset of the param GUI: expected <{RootName}>, found <{root.Name.LocalName}>.");
        }
        catch (XmlException exception)
        {
            throw new InvalidDataException($"{path} is no preset of the param GUI: {exception.Message}", exception);
        }
    }

    // Saved out of a text in memory, a file says that it is UTF-16 and is UTF-8; the GUI reads it as text, and so is it here.
    private static XElement Root(string path)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = LargestFile };
        try
        {
            using var reader = XmlReader.Create(path, settings);
            return XDocument.Load(reader).Root!;
        }
        catch (XmlException) when (IsText(path))
        {
            using var text = new StreamReader(path);
            using var reader = XmlReader.Create(text, settings);
            return XDocument.Load(reader).Root!;
        }
    }

    private static bool IsText(string path) => !File.ReadAllText(path).Contains('\uFFFD', StringComparison.Ordinal);

    private ForeignOptions Convert()
    {
        if (Value("CustomCommands") is { } commands && HasText(commands))
            return ArgumentLine.Parse(commands, $"{_path}, CustomCommands");
        if (Value("StableDiffusionType", "ModelArchitectureEnum") is { } model and not "XL")
            throw new InvalidDataException($"{_path} is a preset for {(model == "Legacy" ? "Stable Diffusion 1 or 2" : model)}; expected one for SDXL (XL).");
        foreach (var (fields, option, isPassed) in Simple)
        {
            if (Value(fields) is { } value && isPassed(value))
                _options.Set(option, isPassed == IsOn ? "true" : value);
        }

        _options.Set("enable_bucket", "true");
        Length();
        Captions();
        Schedule();
        Optimizer();
        Network();
        Loss();
        Precision();
        if (Value("ResizeInterpolationType") is { Length: > 0 } interpolation and not "None")
            _options.Set("resize_interpolation", interpolation.ToLowerInvariant());
        NoteOthers();
        if (Value("AdditionalArgs") is { } additional && HasText(additional))
            _options.Over(ArgumentLine.Parse(additional, $"{_path}, AdditionalArgs"));
        if (_network.Count > 0)
            _options.Set("network_args", [.. _network]);
        return _options;
    }

    // Every field of the class is taken, makes no difference, or is as the GUI begins with it; any other is named.
    private void NoteOthers() => _options.Remarks.AddRange(_root.Elements()
        .Where(field => Untaken.TryGetValue(field.Name.LocalName, out var usual) && field.Value.Trim() is { Length: > 0 } value && value != usual && !(double.TryParse(usual, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Number(value) == number))
        .Select(field => $"`{field.Name.LocalName}` ({field.Value.Trim()}) of the preset has no counterpart: the training may differ in it."));

    private void Length()
    {
        _options.Set(IsOff("IsEpoch") ? "max_train_steps" : "max_train_epochs", Value("Epochs") ?? "5");
        if (Value("SaveEveryNEpochs") is { } every && IsPositive(every))
            _options.Set(IsOff("SaveWeightEveryEpoch") ? "save_every_n_steps" : "save_every_n_epochs", every);
        if (Value("advancedTrainType") is { } part and not "None")
            _options.Set(part == "UNetOnly" ? "network_train_unet_only" : "network_train_text_encoder_only", "true");
    }

    private void Captions()
    {
        if (IsOff("ShuffleCaptions"))
            return;
        _options.Set("shuffle_caption", "true");
        if (Value("KeepTokenCount") is { } kept && IsPositive(kept))
            _options.Set("keep_tokens", kept);
    }

    private void Schedule()
    {
        var schedule = Value("SchedulerType") ?? "cosine_with_restarts";
        if (schedule == "None")
            return;
        _options.Set("lr_scheduler", schedule);
        if (Value("LRSchedulerCycle") is { } cycles && schedule is "cosine_with_restarts" or "polynomial")
            _options.Set(schedule == "polynomial" ? "lr_scheduler_power" : "lr_scheduler_num_cycles", cycles);
    }

    private void Optimizer()
    {
        var name = Value("OptimizerType", "OptimizerTypeEnum") ?? "AdamW";
        _options.Set("optimizer_type", name == "Custom" ? Value("CustomOptName") ?? "" : name);
        var betas = $"betas={Value("Betas0") ?? "0.9"},{Value("Betas1") ?? "0.999"}";
        string[] arguments = name switch
        {
            "Custom" => [.. ArgumentLine.Words(Value("CustomOptArgs") ?? "", _path)],
            "prodigy" => [betas, Argument("eps", "Eps"), Argument("weight_decay", "WeightDecay"), Argument("d0", "D0"), Argument("decouple", "Decouple"), Argument("d_coef", "DCoef"), Argument("use_bias_correction", "UseBiasCorrection"), Argument("safeguard_warmup", "SafeguardWarmup"), Argument("growth_rate", "GrowthRate", IsPositive), Argument("beta3", "ProdigyBeta3", IsPositive)],
            "AdamW" or "AdamW8bit" or "PagedAdamW8bit" or "AdamWScheduleFree" when IsSet("UseAdditionalOptArgs") => [betas, Argument("eps", "Eps"), Argument("weight_decay", "WeightDecay")],
            "Lion" or "Lion8bit" or "PagedLion8bit" when IsSet("UseAdditionalOptArgs") => [betas, Argument("weight_decay", "WeightDecay")],
            "AdaFactor" => [Argument("relative_step", "RelativeStep"), Argument("scale_parameter", "ScaleParameter"), Argument("warmup_init", "UseWarmupInit")],
            _ when name.StartsWith("SGD", StringComparison.OrdinalIgnoreCase) => [Argument("momentum", "Momentum")],
            _ => [],
        };
        if (arguments.Any(HasText))
            _options.Set("optimizer_args", [.. arguments.Where(HasText)]);
    }

    private void Network()
    {
        var module = Value("ModuleType") ?? "LoRA";
        var isLycoris = module == "LyCORIS";
        _options.Set("network_module", module switch
        {
            "LoRA" => "networks.lora",
            "LyCORIS" => "lycoris.kohya",
            "LoHA" => "networks.loha",
            "LoKr" => "networks.lokr",
            "DyLoRA" => "networks.dylora",
            _ => "networks.lora_fa",
        });
        if (isLycoris)
            _network.Add($"algo={(Value("AlgoType") ?? "lora").Replace("diag_oft", "diag-oft", StringComparison.Ordinal)}");
        foreach (var (field, argument) in new[] { ("WeightDocomposition", "dora_wd"), ("TrainNorm", "train_norm"), ("RescaledOFT", "rescaled"), ("UseTucker", "use_tucker"), ("UseScalar", "use_scalar") })
        {
            if (isLycoris && IsSet(field))
                _network.Add($"{argument}=True");
        }

        if (IsSet("UseConv2dExtend"))
            _network.AddRange(new[] { Argument("conv_dim", "ConvDim", IsPositive), Argument("conv_alpha", "ConvAlpha", IsPositive) }.Where(HasText));
        _network.AddRange(NetworkArguments.Select(pair => Argument(pair.Argument, pair.Field, IsPositive)).Where(HasText));
        if (IsSet("UseBlockWeight"))
            BlockWeights();
        if (IsSet("UseBlockDim"))
            BlockDims();
        if (Value("AdditionalNetworkArgs") is { } additional)
            _network.AddRange(ArgumentLine.Words(additional, $"{_path}, AdditionalNetworkArgs"));
    }

    // The GUI's sliders count in steps of 0.05.
    private void BlockWeights()
    {
        _network.Add($"down_lr_weight={Side("BlockWeightIn", "BlockWeightPresetTypeIn", "BlockWeightOffsetIn")}");
        _network.Add($"mid_lr_weight={string.Join(',', new[] { "BlockWeightMid", "BlockWeightMid01", "BlockWeightMid02" }.Select(field => Weight(Value(field) ?? "20")))}");
        _network.Add($"up_lr_weight={Side("BlockWeightOut", "BlockWeightPresetTypeOut", "BlockWeightOffsetOut")}");
        if (Value("BlockWeightZeroThreshold") is { } threshold && IsPositive(threshold))
            _network.Add($"block_lr_zero_threshold={Weight(threshold)}");
    }

    private string Side(string field, string preset, string offset) => Value(preset) is { } name and not "none"
        ? Value(offset) is { } more && Number(more) >= 0.25 ? $"{name}+{more}" : name
        : string.Join(',', Values(field).Take(SdxlBlocks).Select(Weight));

    private void BlockDims()
    {
        var prefix = IsSet("UseConv2dExtend") ? "conv_block" : "block";
        _network.Add($"{prefix}_dims={string.Join(',', Blocks("BlockDimBase", "BlockDimIn", ["BlockDimMid", "BlockDimMid01", "BlockDimMid02"], "BlockDimOut", "BlockDimOutSDXL"))}");
        _network.Add($"{prefix}_alphas={string.Join(',', Blocks("BlockAlphaBase", "BlockAlphaInM", ["BlockAlphaMidM", "BlockAlphaMid01", "BlockAlphaMid02"], "BlockAlphaOutM", "BlockAlphaOutSDXL"))}");
    }

    private IEnumerable<string> Blocks(string first, string down, string[] middle, string up, string last) =>
        [Value(first) ?? "4", .. Values(down).Take(SdxlBlocks), .. middle.Select(field => Value(field) ?? "4"), .. Values(up).Take(SdxlBlocks), Value(last) ?? "4"];

    private void Loss()
    {
        _options.Set("loss_type", Value("LossType") switch { "Huber" => "huber", "SmoothLOne" => "smooth_l1", null or "LTwo" => "l2", var other => other });
        if (Value("LossType") is not ("Huber" or "SmoothLOne"))
            return;
        _options.Set("huber_c", Value("HuberC") ?? "0.1");
        _options.Set("huber_schedule", (Value("HuberScheduleType") ?? "SNR").ToLowerInvariant());
    }

    private void Precision()
    {
        if (Value("mixedPrecisionType") is { } mixed)
            _options.Set("mixed_precision", mixed == "None" ? "no" : mixed);
        if (Value("SavePrecision") is { } save and not "none")
            _options.Set("save_precision", save == "fp32" ? "float" : save);
    }

    private string Argument(string name, string field, Func<string, bool>? isPassed = null) =>
        Value(field) is { } value && (isPassed ?? HasText)(value) ? $"{name}={(value is "true" ? "True" : value is "false" ? "False" : value)}" : "";

    private string? Value(params string[] fields) => fields.Select(field => _root.Element(field)?.Value.Trim()).FirstOrDefault(value => value is not null);

    private IEnumerable<string> Values(string field) => _root.Element(field)?.Elements().Select(element => element.Value.Trim()) ?? [];

    private bool IsSet(string field) => Value(field) is "true";

    private bool IsOff(string field) => Value(field) is "false";

    private static string Weight(string steps) => (BlockWeightStep * decimal.Parse(steps, CultureInfo.InvariantCulture)).ToString("0.##", CultureInfo.InvariantCulture);

    private static double Number(string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static bool Always(string value) => value.Length > 0;

    private static bool HasText(string value) => value.Trim().Length > 0;

    private static bool IsPositive(string value) => Number(value) > 0;

    private static bool IsOn(string value) => value == "true";
}
