using System.Globalization;
using Slipway.Engine.Options;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>A version's settings as sd-scripts' <c>config_file</c>, and what of them it has nothing for.</summary>
internal sealed class ExportedOptions
{
    private readonly SortedDictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];

    /// <param name="plan">Gives the base model, size and precision.</param>
    /// <param name="version">The version.</param>
    /// <param name="workspace">What the plan's paths are relative to.</param>
    public ExportedOptions(Plan plan, VersionPlan version, string workspace)
    {
        foreach (var option in TrainingOptions.Declared.Options)
            Add(option, version.Training);
        // Its text encoders stay as they are, as here.
        if (version.Training.Fp8Base)
            _options["fp8_base_unet"] = "true";
        AddVariations(version.Variations);
        AddStart(version.Training.Network.Start, path => Path.GetFullPath(Path.Combine(workspace, path)));
        if (version.Training.ModelSpec.MetadataThumbnail is { } thumbnail)
            _options["metadata_thumbnail"] = Toml.Text(Path.GetFullPath(Path.Combine(workspace, thumbnail)));
        NoteMonitoring(version.Monitoring);
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
        AddModel(plan, workspace);
    }

    /// <summary>Settings that are ours alone, and what is known to differ, a line each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The lines of the file.</summary>
    public IEnumerable<string> Lines(params IEnumerable<(string Key, string Text)> paths) =>
        [.. paths.Select(path => Toml.Line(path.Key, Toml.Text(path.Text))), .. _options.Select(pair => Toml.Line(pair.Key, pair.Value))];

    // The seed has no default that would give the same numbers; that of the rank is none, and said all the same.
    private void Add(Option<TrainingOptions> option, TrainingOptions training)
    {
        var value = option.Write(training);
        if (training.GradientCheckpointing == Checkpointing.Auto && option.Name == "gradient_checkpointing")
        {
            _notes.Add("`gradient_checkpointing` (auto) has no counterpart in sd-scripts: true, whose result it has here, was written.");
            value = "true";
        }

        if (value.Length == 0 || option.Name is "optimizer_type" or "optimizer_args" or "network_algo" or "network_weights" or "base_weights" or "base_weights_multiplier" or "metadata_thumbnail")
            return;
        if (option.Counterpart == Counterpart.None && !option.IsDefault(training))
            _notes.Add($"`{option.Name}` ({value}) has no counterpart in sd-scripts.");
        else if (option.Counterpart == Counterpart.Argument && (!option.IsDefault(training) || option.SdScripts!.Length > 0 || option.Name is "seed" or "network_dim"))
            _options[option.Name] = Toml.Literal(option, value);
    }

    private void AddModel(Plan plan, string workspace)
    {
        if (plan.Vae is not null)
            _options["vae"] = Toml.Text(Path.GetFullPath(Path.Combine(workspace, plan.Vae)));
        if (plan.Model.VParameterization is true)
            _options["v_parameterization"] = "true";
        if (plan.Model.ZeroTerminalSnr is true)
            _options["zero_terminal_snr"] = "true";
        if (plan.Model.OtherClipSkip is not null)
            _notes.Add($"`clip_skip` ({plan.Model.ClipSkip}) has no counterpart in sd-scripts: of SDXL it takes the layer before the last.");
    }

    // sd-scripts may be started anywhere.
    private void AddStart(StartOptions start, Func<string, string> whole)
    {
        if (start.NetworkWeights is { } weights)
            _options["network_weights"] = Toml.Text(whole(weights));
        if (start.BaseWeights.Count == 0)
            return;
        _options["base_weights"] = Toml.List(start.BaseWeights.Select(whole));
        _options["base_weights_multiplier"] = $"[{string.Join(", ", start.Bases.Select(file => file.Multiplier.ToString("R", CultureInfo.InvariantCulture)))}]";
    }

    private void AddVariations(SubsetOptions variations)
    {
        foreach (var option in SubsetOptions.Variations.Options.Where(option => !option.IsDefault(variations)))
            _options[option.Name] = Toml.Literal(option, option.Write(variations));
    }

    private void NoteMonitoring(MonitoringPlan monitoring)
    {
        Note(ValidationOptions.Declared, monitoring.Validation, "");
        Note(EarlyStoppingOptions.Declared, monitoring.EarlyStopping, MonitoringPlan.EarlyStoppingKey + ".");
        foreach (var option in monitoring.Samples is { } samples ? SampleInterval.Declared.Options.Where(option => !option.IsDefault(samples)) : [])
            _options[option.Name] = Toml.Literal(option, option.Write(monitoring.Samples!));
    }

    private void Note<T>(OptionTable<T> table, T? options, string section)
        where T : class, new()
    {
        foreach (var option in options is null ? [] : table.Options.Where(option => section.Length > 0 || !option.IsDefault(options)))
            _notes.Add($"`{section}{option.Name}` ({option.Write(options!)}): how a version is watched has no counterpart; sd-scripts splits its validation off the training pictures and does not stop early.");
    }

    private void AddOptimizer(OptimizerOptions optimizer)
    {
        _options["optimizer_type"] = Toml.Text(optimizer.OptimizerType);
        var (usual, adam) = (new AdamWOptions(), optimizer.AdamW);
        var arguments = new List<string>();
        if (optimizer.OptimizerType == OptimizerNames.AdamW)
        {
            if ((adam.AdamBeta1, adam.AdamBeta2) != (usual.AdamBeta1, usual.AdamBeta2))
                arguments.Add(FormattableString.Invariant($"betas={adam.AdamBeta1:R},{adam.AdamBeta2:R}"));
            if (adam.AdamEps != usual.AdamEps)
                arguments.Add(FormattableString.Invariant($"eps={adam.AdamEps:R}"));
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
        foreach (var option in LoraPlusOptions.Declared.Options.Where(option => !option.IsDefault(plus)))
            arguments.Add($"{option.Name}={option.Write(plus)}");

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
