namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// The page of Akegarasu's lora-scripts. A file of it says which model is trained, and may hold fields of the page beside sd-scripts' options, of which the page
/// makes arguments and prompts when it starts a training.
/// </summary>
internal static class LoraScriptsPage
{
    private const string Kind = "model_train_type";
    private const string PreviewSampler = "sample_sampler";

    /// <summary>Fields of pages that are no options.</summary>
    private static readonly string[] Fields =
    [
        Kind, "ui_custom_params", "gpu_ids", "enable_preview", "positive_prompts", "negative_prompts", "randomly_choice_prompt", "prompt_file", "train_mode", "epoch", "noise_offset_type", "sdxl",
        "lycoris_algo", "lokr_factor", "dylora_unit", "network_args_custom", "optimizer_args_custom", "prodigy_d0", "prodigy_d_coef", "enable_block_weights", "enable_base_weight",
    ];

    /// <summary>Fields of blocks' weights; without their switch they count for nothing.</summary>
    private static readonly string[] BlockWeights = ["down_lr_weight", "mid_lr_weight", "up_lr_weight", "block_lr_zero_threshold"];

    /// <summary>Makes sd-scripts' options of the fields.</summary>
    /// <param name="options">Of the file; its fields are taken out.</param>
    /// <param name="prompts">Takes the picture that is drawn on the way.</param>
    /// <exception cref="InvalidDataException">Another model than SDXL is trained.</exception>
    public static void Translate(ForeignOptions options, ICollection<SamplePrompt> prompts)
    {
        if (options[Kind] is { } kind && kind != "sdxl-lora")
            throw new InvalidDataException($"`model_train_type` is {kind}; expected sdxl-lora: a LoRA of SDXL.");
        if (ForeignOptions.IsOn(options["enable_preview"]) && options["positive_prompts"] is { Length: > 0 } prompt)
            prompts.Add(Preview(options, prompt));
        if (options[Kind] is not null)
            Arguments(options);
        foreach (var field in Fields)
            options.Remove(field);
        foreach (var field in options.Values.Keys.Where(field => field.StartsWith("sample_", StringComparison.Ordinal) && field is not ("sample_prompts" or PreviewSampler or "sample_every_n_steps" or "sample_every_n_epochs")).ToList())
            options.Remove(field);
    }

    private static SamplePrompt Preview(ForeignOptions options, string prompt) => SamplePrompts.Of(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["prompt"] = prompt,
        ["negative_prompt"] = options["negative_prompts"] ?? "",
        ["width"] = options["sample_width"] ?? "",
        ["height"] = options["sample_height"] ?? "",
        ["seed"] = options["sample_seed"] ?? "",
        ["sample_steps"] = options["sample_steps"] ?? "",
        ["scale"] = options["sample_cfg"] ?? "",
    });

    private static void Arguments(ForeignOptions options)
    {
        var network = new List<string>();
        if (options["network_module"] is "lycoris.kohya")
            network.AddRange(Pairs(options, ("algo", "lycoris_algo"), ("factor", "lokr_factor")));
        else if (options["network_module"] is "networks.dylora")
            network.AddRange(Pairs(options, ("unit", "dylora_unit")));
        if (options.Values.ContainsKey("enable_block_weights") && !ForeignOptions.IsOn(options["enable_block_weights"]))
            BlockWeights.ToList().ForEach(options.Remove);
        Join(options, "network_args", network);

        List<string> optimizer = [];
        if (options["optimizer_type"]?.Equals("Prodigy", StringComparison.OrdinalIgnoreCase) == true && options["prodigy_d_coef"] is { Length: > 0 } && !options.Values.ContainsKey("optimizer_args"))
            optimizer = ["decouple=True", "weight_decay=0.01", "use_bias_correction=True", .. Pairs(options, ("d_coef", "prodigy_d_coef"), ("d0", "prodigy_d0")), .. options["lr_warmup_steps"] is null or "" or "0" ? [] : new[] { "safeguard_warmup=True" }];
        Join(options, "optimizer_args", optimizer);
    }

    private static IEnumerable<string> Pairs(ForeignOptions options, params (string Argument, string Field)[] pairs) =>
        from pair in pairs
        where options[pair.Field] is { Length: > 0 }
        select $"{pair.Argument}={options[pair.Field]}";

    // The later of two counts, as in the page.
    private static void Join(ForeignOptions options, string list, IEnumerable<string> first)
    {
        string[] all = [.. first, .. options.Values.GetValueOrDefault(list) ?? [], .. options.Values.GetValueOrDefault(list + "_custom") ?? []];
        if (all.Length > 0)
            options.Set(list, [.. all.Where(argument => argument.Length > 0).Select(argument => argument.Split('=', 2)).GroupBy(pair => pair[0].Trim(), StringComparer.Ordinal).Select(same => string.Join('=', same.Last()))]);
    }
}
