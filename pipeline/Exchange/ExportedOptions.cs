using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Exchange;

/// <summary>A version's settings as sd-scripts' <c>config_file</c>, and what of them it has nothing for.</summary>
internal sealed class ExportedOptions
{
    /// <summary>Texts, whatever they look like.</summary>
    private static readonly string[] Texts = ["caption_prefix", "caption_suffix", "keep_tokens_separator", "secondary_separator", "optimizer_type", "lr_scheduler"];

    /// <summary>LyCORIS' arguments, which <c>networks.lora</c> does not have.</summary>
    private static readonly string[] OfLycoris = ["use_tucker", "dora_wd", "wd_on_output", "factor", "decompose_both", "full_matrix"];

    private readonly SortedDictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];

    /// <param name="plan">Gives the base model, size and precision.</param>
    /// <param name="version">The version.</param>
    /// <param name="workspace">What the plan's paths are relative to.</param>
    public ExportedOptions(Plan plan, VersionPlan version, string workspace)
    {
        foreach (var (key, value) in version.Parameters)
            Add(key, value);
        AddOptimizer(version.Training.Optimizer);
        AddNetwork(version.Training.Network, version.Training.LoraPlus);
        foreach (var (key, value) in new[]
        {
            ("pretrained_model_name_or_path", Path.GetFullPath(Path.Combine(workspace, plan.BaseModel))),
            ("output_name", $"{plan.Name}_{version.Name}"),
            ("mixed_precision", plan.MixedPrecision),
            ("save_model_as", "safetensors"),
            ("save_precision", "float"),
        })
        {
            _options.TryAdd(key, Toml.Text(value));
        }

        foreach (var key in new[] { "no_half_vae", "cache_latents" })
            _options.TryAdd(key, "true");
    }

    /// <summary>Settings that are ours alone, and what is known to differ, a line each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The lines of the file.</summary>
    public IEnumerable<string> Lines(params IEnumerable<(string Key, string Text)> paths) =>
        [.. paths.Select(path => Toml.Line(path.Key, Toml.Text(path.Text))), .. _options.Select(pair => Toml.Line(pair.Key, pair.Value))];

    private void Add(string key, string value)
    {
        if (value.Length == 0 || SdScriptsOptions.AdamWArguments.Contains(key) || key is "optimizer_type" or "optimizer_args" or "network_algo")
            return;
        if (SdScriptsOptions.NetworkArguments.Contains(key) || OfLycoris.Contains(key))
            return;
        if (SdScriptsOptions.IsMonitoring(key))
        {
            _notes.Add($"`{key}` ({value}): how a version is watched has no counterpart; sd-scripts splits its validation off the training pictures and does not stop early.");
        }
        else if (key == "max_token_length" && value == "75")
        {
            return;
        }
        else if (SdScriptsOptions.Defaults.ContainsKey(key))
        {
            _options[key] = Texts.Contains(key) ? Toml.Text(value) : Toml.Value(value);
        }
        else
        {
            _notes.Add($"`{key}` ({value}) has no counterpart in sd-scripts.");
        }
    }

    private void AddOptimizer(OptimizerOptions optimizer)
    {
        _options["optimizer_type"] = Toml.Text(optimizer.OptimizerType);
        var (usual, adam) = (new AdamWOptions(), optimizer.AdamW);
        var arguments = new List<string>();
        if (optimizer.OptimizerType == OptimizerNames.AdamW)
        {
            if ((adam.Beta1, adam.Beta2) != (usual.Beta1, usual.Beta2))
                arguments.Add(FormattableString.Invariant($"betas={adam.Beta1:R},{adam.Beta2:R}"));
            if (adam.Eps != usual.Eps)
                arguments.Add(FormattableString.Invariant($"eps={adam.Eps:R}"));
            if (adam.WeightDecay != usual.WeightDecay)
                arguments.Add(FormattableString.Invariant($"weight_decay={adam.WeightDecay:R}"));
        }

        arguments.AddRange(optimizer.OptimizerArgs);
        if (arguments.Count > 0)
            _options["optimizer_args"] = Toml.List(arguments);
    }

    private void AddNetwork(LoraOptions network, LoraPlusOptions plus)
    {
        var described = NetworkArguments.FromOptions(network);
        var arguments = described.Arguments.Select(pair => $"{pair.Key}={pair.Value}").ToList();
        foreach (var (key, ratio) in new[] { ("loraplus_lr_ratio", plus.LrRatio), ("loraplus_unet_lr_ratio", plus.UNetLrRatio), ("loraplus_text_encoder_lr_ratio", plus.TextEncoderLrRatio) })
        {
            if (ratio is { } value)
                arguments.Add(FormattableString.Invariant($"{key}={value:R}"));
        }

        if (described.Module != "networks.lora")
        {
            if (network.ConvDim is null)
                arguments.Add("conv_dim=0");
            _notes.Add("LyCORIS chooses layers by its `preset`, which takes more of the model than is trained here; give it one that lists the same layers.");
        }

        _options["network_module"] = Toml.Text(described.Module);
        if (arguments.Count > 0)
            _options["network_args"] = Toml.List(arguments);
    }
}
