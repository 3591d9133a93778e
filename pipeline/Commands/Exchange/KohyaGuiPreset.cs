using System.Globalization;
using System.Text.Json;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// A preset of bmaltais/kohya_ss: one JSON object with a field for each widget. It becomes the options that the GUI would start sd-scripts
/// with: 0 and an empty text mean that nothing is said, and widgets that belong to another kind of network or noise count for nothing.
/// </summary>
internal sealed class KohyaGuiPreset
{
    /// <summary>Widgets under other names than the options that they set.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["max_resolution"] = "resolution",
        ["optimizer"] = "optimizer_type",
        ["lora_network_weights"] = "network_weights",
        ["sdxl_cache_text_encoder_outputs"] = "cache_text_encoder_outputs",
        ["sdxl_no_half_vae"] = "no_half_vae",
    };

    /// <summary>Read elsewhere here, or of the GUI alone.</summary>
    private static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        "LoRA_type", "LyCORIS_preset", "additional_parameters", "algo", "block_alphas", "block_dims", "block_lr_zero_threshold", "bypass_mode", "caption_dropout_every_n_epochs", "constrain",
        "conv_alpha", "conv_block_alphas", "conv_block_dims", "conv_dim", "decompose_both", "dora_wd", "down_lr_weight", "dynamo_mode", "dynamo_use_dynamic", "dynamo_use_fullgraph", "epoch",
        "extra_accelerate_launch_args", "factor", "folders", "gpu_ids", "learning_rate", "loraplus_lr_ratio", "loraplus_text_encoder_lr_ratio", "loraplus_unet_lr_ratio", "lr_warmup",
        "lr_warmup_steps", "main_process_port", "max_grad_norm", "max_train_epochs", "max_train_steps", "mid_lr_weight", "model_list", "module_dropout", "multi_gpu", "multires_noise_discount",
        "multires_noise_iterations", "adaptive_noise_scale", "noise_offset", "noise_offset_random_strength", "noise_offset_type", "num_cpu_threads_per_process", "num_machines", "num_processes",
        "optimizer_args", "lr_scheduler_args", "rank_dropout", "rank_dropout_scale", "rescaled", "save_as_bool", "sdxl", "text_encoder_lr", "train_norm", "train_on_input", "unet_lr", "unit",
        "up_lr_weight", "use_cp", "use_scalar", "use_tucker", "xformers", "wandb_run_name", "log_with", "seed", "max_token_length", "clip_skip", "flux1_checkbox", "sd3_checkbox", "dataset_config",
    };

    private readonly JsonElement _root;
    private readonly string _path;
    private readonly ForeignOptions _options = new();
    private readonly List<string> _network = [];

    private KohyaGuiPreset(JsonElement root, string path) => (_root, _path) = (root, path);

    /// <summary>Reads a preset.</summary>
    /// <exception cref="InvalidDataException">It is no JSON, or no such preset, or one for another kind of model.</exception>
    public static ForeignOptions Read(string text, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return new KohyaGuiPreset(document.RootElement, path).Convert();
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is no JSON: {exception.Message}", exception);
        }
    }

    private ForeignOptions Convert()
    {
        if (_root.ValueKind != JsonValueKind.Object || !_root.TryGetProperty("LoRA_type", out _) && !(_root.TryGetProperty("network_dim", out _) && _root.TryGetProperty("learning_rate", out _)))
            throw new InvalidDataException($"{_path} is no preset of kohya_ss: expected its fields, such as LoRA_type, network_dim and learning_rate.");
        if (Value("sdxl") == "false" || Value("v2") == "true" || Value("flux1_checkbox") == "true" || Value("sd3_checkbox") == "true")
            throw new InvalidDataException($"{_path} is a preset for another model than SDXL (sdxl {Value("sdxl") ?? "not said"}); expected one for SDXL.");
        foreach (var field in _root.EnumerateObject().Where(field => !Others.Contains(field.Name)))
        {
            if (Set(field.Name) is { } value)
                _options.Set(Renamed.GetValueOrDefault(field.Name, field.Name), value);
        }
        _options.SetIfAbsent("caption_extension", ".txt");
        if (Value("enable_bucket") is null)
            _options.Set("enable_bucket", "true");
        Length();
        Rates();
        Noise();
        Network();
        foreach (var list in new[] { "optimizer_args", "lr_scheduler_args" }.Where(list => Set(list) is not null))
            _options.Set(list, [.. ArgumentLine.Words(Set(list)!, $"{_path}, {list}")]);
        foreach (var name in new[] { "seed", "dataset_config" })
        {
            if (Set(name) is { } value)
                _options.Set(name, value);
        }
        if (Value("max_grad_norm") is { Length: > 0 } norm)
            _options.Set("max_grad_norm", norm);
        if (Number("max_token_length") > 75)
            _options.Set("max_token_length", Value("max_token_length")!);
        if (Set("additional_parameters") is { } additional)
            _options.Over(ArgumentLine.Parse(additional, $"{_path}, additional_parameters"));
        return _options;
    }

    // Epochs count where they are given as the most that there may be, else steps, else the epochs of the widget above.
    private void Length()
    {
        if (Set("max_train_epochs") is { } epochs)
            _options.Set("max_train_epochs", epochs);
        else if (Set("max_train_steps") is { } steps)
            _options.Set("max_train_steps", steps);
        else
            _options.Set("max_train_epochs", Set("epoch") ?? "1");
        if (Set("lr_warmup_steps") is { } warmup)
            _options.Set("lr_warmup_steps", warmup);
        else if (Number("lr_warmup") > 0 && Value("lr_scheduler") != "constant")
            _options.Set("lr_warmup_steps", (Number("lr_warmup") / 100).ToString("R", CultureInfo.InvariantCulture));
    }

    // Where one of the two rates is given, what has none is not trained.
    private void Rates()
    {
        if (Set("learning_rate") is { } rate)
            _options.Set("learning_rate", rate);
        var (unet, encoder) = (Set("unet_lr"), Set("text_encoder_lr"));
        if (unet is not null)
            _options.Set("unet_lr", unet);
        if (encoder is not null)
            _options.Set("text_encoder_lr", [.. encoder.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)]);
        if (unet is null != encoder is null)
            _options.Set(unet is null ? "network_train_text_encoder_only" : "network_train_unet_only", "true");
    }

    private void Noise()
    {
        string[] names = Value("noise_offset_type") == "Multires"
            ? ["multires_noise_iterations", "multires_noise_discount"]
            : ["noise_offset", "noise_offset_random_strength", "adaptive_noise_scale"];
        foreach (var name in names)
        {
            if (Set(name) is { } value)
                _options.Set(name, value);
        }
    }

    private void Network()
    {
        var kind = Value("LoRA_type") ?? "Standard";
        var lycoris = kind.StartsWith("LyCORIS/", StringComparison.Ordinal) ? kind["LyCORIS/".Length..] : null;
        _options.Set("network_module", kind switch
        {
            "Standard" or "Kohya LoCon" => "networks.lora",
            "Kohya DyLoRA" => "networks.dylora",
            "LoRA-FA" => "networks.lora_fa",
            _ when lycoris is not null => "lycoris.kohya",
            _ => throw new InvalidDataException($"{_path} is a preset for `{kind}`; expected one for a LoRA of SDXL."),
        });
        if (lycoris is not null)
        {
            _network.Add($"algo={lycoris switch { "LoCon" => "lora", "LoHa" => "loha", "LoKr" => "lokr", "DyLoRA" => "dylora", "iA3" => "ia3", "Diag-OFT" => "diag-oft", "GLoRA" => "glora", var other => other.ToLowerInvariant() }}");
            Argument("preset", Set("LyCORIS_preset"));
            foreach (var switched in new[] { "use_tucker", "use_cp", "use_scalar", "train_norm", "dora_wd", "bypass_mode", "decompose_both", "rank_dropout_scale" }.Where(name => Value(name) == "true"))
                Argument(switched == "use_cp" ? "use_tucker" : switched, "True");
            if (lycoris == "LoKr")
                Argument("factor", Set("factor"));
        }
        if (kind == "Kohya LoCon" || lycoris is not null)
        {
            foreach (var name in new[] { "conv_dim", "conv_alpha" })
                Argument(name, Set(name));
        }
        string[] others =
        [
            "rank_dropout", "module_dropout", "loraplus_lr_ratio", "loraplus_unet_lr_ratio", "loraplus_text_encoder_lr_ratio",
            .. lycoris is null ? new[] { "down_lr_weight", "mid_lr_weight", "up_lr_weight", "block_lr_zero_threshold", "block_dims", "block_alphas", "conv_block_dims", "conv_block_alphas" } : [],
        ];
        foreach (var name in others)
            Argument(name, Set(name));
        if (_network.Count > 0)
            _options.Set("network_args", [.. _network]);
    }

    private void Argument(string name, string? value)
    {
        if (value is not null)
            _network.Add($"{name}={value}");
    }

    /// <summary>A field's value, unless it is one that says nothing.</summary>
    private string? Set(string name) => Value(name) is { Length: > 0 } value and not "false" && !(double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == 0) ? value : null;

    private double Number(string name) => double.TryParse(Value(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private string? Value(string name) => !_root.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Trim(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}
