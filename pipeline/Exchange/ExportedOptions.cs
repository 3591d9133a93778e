using Slipway.Pipeline.Configuration;
using Slipway.Training;

namespace Slipway.Pipeline.Exchange;

/// <summary>A version's settings as sd-scripts' <c>config_file</c>, and what of them it has nothing for.</summary>
internal sealed class ExportedOptions
{
    private const string Lycoris = "lycoris.kohya";

    /// <summary>Texts, whatever they look like.</summary>
    private static readonly string[] Texts = ["caption_prefix", "caption_suffix", "keep_tokens_separator", "secondary_separator", "optimizer_type", "lr_scheduler"];

    /// <summary>LyCORIS' arguments, which <c>networks.lora</c> does not have.</summary>
    private static readonly string[] OfLycoris = ["use_tucker", "dora_wd", "wd_on_output", "factor", "decompose_both", "full_matrix"];

    private static readonly string[] OfMonitoring = ["validat", "early_stopping", "sample_"];

    private readonly SortedDictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly List<string> _network = [];
    private readonly List<string> _notes = [];

    /// <param name="plan">Gives the base model, size and precision.</param>
    /// <param name="version">The version.</param>
    /// <param name="workspace">What the plan's paths are relative to.</param>
    public ExportedOptions(Plan plan, VersionPlan version, string workspace)
    {
        foreach (var (key, value) in version.Parameters)
            Add(key, value, version);
        AddOptimizer(version.Training.Optimizer);
        AddNetwork(version.Training.Network);
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

    private void Add(string key, string value, VersionPlan version)
    {
        if (value.Length == 0 || SdScriptsOptions.AdamWArguments.Contains(key) || key is "optimizer_type" or "optimizer_args" or "network_algo")
            return;
        if (SdScriptsOptions.NetworkArguments.Contains(key) || OfLycoris.Contains(key))
        {
            if (key != "conv_alpha" || version.Training.Network.ConvDim is not null)
                _network.Add($"{key}={(value is "true" ? "True" : value is "false" ? "False" : value)}");
        }
        else if (OfMonitoring.Any(part => key.StartsWith(part, StringComparison.Ordinal)))
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

    private void AddNetwork(LoraOptions network)
    {
        var isLycoris = network.Adapter.Algorithm != AdapterAlgorithm.Lora || network.Adapter.DoraWd || network.Adapter.UseTucker;
        if (isLycoris)
        {
            _network.Insert(0, $"algo={network.Adapter.Algorithm switch { AdapterAlgorithm.Loha => "loha", AdapterAlgorithm.Lokr => "lokr", _ => network.ConvDim is null ? "lora" : "locon" }}");
            if (network.ConvDim is null)
                _network.Add("conv_dim=0");
            _notes.Add("LyCORIS chooses layers by its `preset`, which takes more of the model than is trained here; give it one that lists the same layers.");
        }

        _options["network_module"] = Toml.Text(isLycoris ? Lycoris : "networks.lora");
        if (_network.Count > 0)
            _options["network_args"] = Toml.List(_network);
    }
}
