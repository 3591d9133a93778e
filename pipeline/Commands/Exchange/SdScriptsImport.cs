using System.Globalization;
using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// Makes a version of sd-scripts' options: those that the plan knows under the same name are taken over, a few are
/// translated, and of every other one is said why it is not. Where sd-scripts' default is another than the plan's, it is
/// written out.
/// </summary>
internal sealed class SdScriptsImport
{
    private const int DefaultResolution = 512;

    private readonly ForeignOptions _options;
    private readonly List<SamplePrompt> _prompts;
    private readonly List<string> _notes = [];
    private readonly List<string> _unknown = [];
    private readonly Dictionary<string, string> _profile = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _values = new(StringComparer.Ordinal);

    private SdScriptsImport(ForeignOptions options, IReadOnlyList<SamplePrompt> prompts) => (_options, _prompts) = (options, [.. prompts]);

    /// <summary>Translates options, the datasets of a dataset configuration if there is one, and what a <c>sample_prompts</c> file asks for.</summary>
    public static ImportedVersion Convert(
        ForeignOptions options, (IReadOnlyList<ForeignOptions> Datasets, IReadOnlyList<ForeignOptions> Subsets)? configuration, string? name, IReadOnlyList<SamplePrompt>? prompts = null) =>
        new SdScriptsImport(options, prompts ?? []).Translate(configuration, name);

    private ImportedVersion Translate((IReadOnlyList<ForeignOptions> Datasets, IReadOnlyList<ForeignOptions> Subsets)? configuration, string? name)
    {
        _notes.AddRange(_options.Remarks);
        LoraScriptsPage.Translate(_options, _prompts);
        var version = name ?? (_options["output_name"] is { } output ? Plain(output) : "imported");
        if (configuration is { } found)
            MergeDatasets(found.Datasets);
        Unfold("network_args");
        Module();
        if (IsOn(_options["network_train_text_encoder_only"]) && IsOn(_options["network_train_unet_only"]))
        {
            _options.Remove("network_train_unet_only");
            _notes.Add("`network_train_unet_only` and `network_train_text_encoder_only` are both on, which trains nothing in sd-scripts; neither was taken.");
        }
        else if (IsOn(_options["network_train_text_encoder_only"]))
        {
            _options.Set("unet_lr", "0");
        }
        _options.Remove("network_train_text_encoder_only");
        Rates();
        BlockWeights();
        TokenLength();
        Length();
        Schedule();
        Optimizer();
        WithoutEffect();
        Profile();
        var evaluation = Evaluation();
        var subsets = configuration?.Subsets ?? [.. Folder("train_data_dir", isReg: false), .. Folder("reg_data_dir", isReg: true)];
        foreach (var (key, values) in _options.Values)
        {
            if (IsOf(PlanKeys.OfVersion, key) && key is not ("dataset" or Inheritance.Key) && (!SdScriptsOptions.IsMonitoring(key) || SampleInterval.Declared.Find(key) is not null))
                Take(key, values);
            else if (!IsOf(PlanKeys.OfDataset, key))
                Note(key, values);
        }

        NoteUnknown();
        WriteDefaults();
        var accepted = PlanKeys.VersionValues(_values, _notes);
        if (_values.GetValueOrDefault("optimizer_type") is [var optimizer, ..] && !accepted.ContainsKey("optimizer_type"))
            _notes.Add($"`optimizer_type` {optimizer} was not taken, and {OptimizerNames.AdamW} holds, as in every version that names none.");
        return new ImportedVersion(version, Datasets(subsets, version), accepted, _profile, evaluation, [.. _notes.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>What a dataset says of batch and size is the version's and the profile's here; the datasets must agree on it.</summary>
    private void MergeDatasets(IReadOnlyList<ForeignOptions> datasets)
    {
        foreach (var (theirs, ours) in new[] { ("batch_size", "train_batch_size"), ("resolution", "resolution") })
        {
            var values = datasets.Select(dataset => dataset.Values.TryGetValue(theirs, out var value) ? string.Join(',', value) : null).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            if (values.Count > 1)
                _notes.Add($"`{theirs}` differs between the datasets ({string.Join("; ", values)}); a plan has one: {values[0]} was taken.");
            if (values.Count > 0)
                _options.Set(ours, values[0]);
        }
    }

    /// <summary><c>name=value</c> pairs become options of their own.</summary>
    private void Unfold(string option)
    {
        if (!_options.Values.TryGetValue(option, out var pairs))
            return;
        _options.Remove(option);
        foreach (var pair in pairs.Where(pair => pair.Length > 0).Select(pair => pair.Trim().Split('=', 2)))
            _options.Set(pair[0], pair is [_, var value] ? value : "true");
    }

    // For SDXL sd-scripts trains both text encoders with the first of several rates.
    private void Rates()
    {
        if (_options.Values.GetValueOrDefault("text_encoder_lr") is not { Count: > 1 } rates)
            return;
        _options.Set("text_encoder_lr", rates[0]);
        if (!IsSame(rates[0], rates[1]))
            _notes.Add($"`text_encoder_lr` {string.Join(' ', rates)}: for SDXL sd-scripts trains both text encoders with the first, and so it was taken; `text_encoder_lr2: {rates[1]}` would give the second one its own.");
    }

    // sd-scripts takes the class instead of `lr_scheduler`, and refuses a warm-up with it.
    private void Schedule()
    {
        if (_options["lr_scheduler_type"] is not { Length: > 0 } type)
            return;
        var arguments = _options.Values.GetValueOrDefault("lr_scheduler_args") ?? [];
        var rates = TrainedRates();
        var steps = int.TryParse(_options["max_train_steps"], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : (int?)null;
        var course = new TorchSchedule(type, arguments, steps, rates.TextEncoder == rates.UNet || rates.TextEncoder == 0 ? rates.UNet : rates.UNet == 0 ? rates.TextEncoder : null).Options();
        var written = string.Join(' ', arguments.Prepend(type));
        _options.Remove("lr_scheduler_type");
        _options.Remove("lr_scheduler_args");
        _options.Remove("lr_warmup_steps");
        foreach (var (key, value) in course ?? new Dictionary<string, string>(StringComparer.Ordinal) { ["lr_scheduler"] = "constant" })
            _options.Set(key, value);
        _notes.Add(course is not null
            ? $"`lr_scheduler_type` {written}: `lr_scheduler` {course["lr_scheduler"]} is the same course{(course["lr_scheduler"] == "polynomial" ? ", but that it ends at 1e-7 and not at 0" : "")}."
            : $"`lr_scheduler_type` {written} is no course that a plan has{(steps is null ? " (with `max_train_epochs` its length is not known)" : "")}, and constant was taken; there are {string.Join(", ", TrainingOptions.LrSchedulers)}.");
    }

    /// <summary>What sd-scripts trains the parts with; 0: not at all.</summary>
    private (double TextEncoder, double UNet) TrainedRates()
    {
        var both = Rate("learning_rate") ?? Rate(SdScriptsOptions.Defaults["learning_rate"], isText: true);
        return (IsOn(_options["network_train_unet_only"]) ? 0 : Rate("text_encoder_lr") ?? both ?? 0, Rate("unet_lr") ?? both ?? 0);
    }

    private double? Rate(string name, bool isText = false) =>
        double.TryParse(isText ? name : _options[name], NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) ? rate : null;

    /// <summary>Prodigy has one learning rate. sd-scripts says that the first counts, which is the text encoders', and prodigyopt stops at the second.</summary>
    private void SharedRate()
    {
        var (text, unet) = TrainedRates();
        if (text > 0 && unet > 0 && text != unet)
        {
            var first = _options["text_encoder_lr"] ?? _options["learning_rate"] ?? SdScriptsOptions.Defaults["learning_rate"];
            _notes.Add($"`optimizer_type` Prodigy has one learning rate: of the text encoders' {text.ToString("R", CultureInfo.InvariantCulture)} and the UNet's {unet.ToString("R", CultureInfo.InvariantCulture)} sd-scripts announces that the first counts, and prodigyopt stops with an error; {first} was taken for both.");
            _options.Set("text_encoder_lr", first);
            _options.Set("unet_lr", first);
        }

        foreach (var ratio in LoraPlusOptions.Declared.Options.Select(option => option.Name).Where(name => _options[name] is { } value && !IsSame(value, "1")).ToList())
        {
            _notes.Add($"`{ratio}` ({_options[ratio]}): Prodigy has one learning rate, and prodigyopt stops with an error at several; it was left out.");
            _options.Remove(ratio);
        }
    }

    // What varies something that is not there makes no difference in sd-scripts, and is refused by a plan.
    private void WithoutEffect()
    {
        foreach (var (name, of) in new[] { ("noise_offset_random_strength", "noise_offset"), ("adaptive_noise_scale", "noise_offset"), ("ip_noise_gamma_random_strength", "ip_noise_gamma") })
        {
            if (_options[of] is null or "" or "None" or "none" || IsSame(_options[of]!, "0"))
                _options.Remove(name);
        }
    }

    // lora-scripts begins with 255, which is no number of whole chunks of 75.
    private void TokenLength()
    {
        if (_options["max_token_length"] is not "255")
            return;
        _options.Set("max_token_length", "225");
        _notes.Add("`max_token_length` 255 is no multiple of 75; 225 was taken.");
    }

    // As sd-scripts: what is too long is cut, and what is too short goes on with 1.
    private void BlockWeights()
    {
        foreach (var (key, length) in new[] { ("down_lr_weight", 9), ("mid_lr_weight", 3), ("up_lr_weight", 9) })
        {
            if (_options[key]?.Split(',', StringSplitOptions.TrimEntries) is { } weights && weights.Length != length && double.TryParse(weights[0], NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                _options.Set(key, string.Join(',', weights.Concat(Enumerable.Repeat("1", length)).Take(length)));
        }
    }

    /// <summary>LyCORIS and sd-scripts' own modules of other kinds: which kind is a key here. A DoRA's lengths are of outputs there where nothing is said.</summary>
    private void Module()
    {
        var module = _options["network_module"];
        var algorithm = module switch { "lycoris.kohya" => _options["algo"] ?? "lora", "networks.loha" => "loha", "networks.lokr" => "lokr", _ => null };
        if (algorithm is null || !AdapterOptions.Algorithms.Contains(algorithm))
            return;
        _options.Remove("network_module");
        _options.Remove("algo");
        foreach (var key in new[] { "conv_dim", "conv_alpha" }.Where(_ => _options["conv_dim"] is null or "0").ToList())
            _options.Remove(key);
        if (algorithm is "loha" or "lokr")
            _options.Set("network_algo", algorithm);
        if (IsOn(_options["dora_wd"]))
            _options.SetIfAbsent("wd_on_output", "true");
        if (module == "lycoris.kohya")
            Lycoris();
    }

    // Of LyCORIS' presets `attn-mlp` is what sd-scripts' rules choose; those that are named here leave 3×3 convolutions out.
    private void Lycoris()
    {
        var preset = _options["preset"];
        _options.Remove("preset");
        if (preset is "attn-mlp" or "attn-only" or "full-lin" or "unet-transformer-only")
        {
            _options.Remove("conv_dim");
            _options.Remove("conv_alpha");
        }

        if (preset is "unet-only" or "unet-transformer-only" or "unet-convblock-only")
            _options.Set("network_train_unet_only", "true");
        if (preset is null or "full")
            _notes.Add($"LyCORIS {(preset is null ? "without a `preset`" : "with the `preset` full")} trains more layers than sd-scripts' rules choose, which hold here.");
        else if (preset is not ("attn-mlp" or "unet-transformer-only"))
            _notes.Add($"LyCORIS with the `preset` {preset} trains other layers than sd-scripts' rules choose, which hold here.");
        if (_options["dropout"] is { } dropout)
            _options.SetIfAbsent("network_dropout", dropout);
        _options.Remove("dropout");
    }

    // sd-scripts counts epochs where both are given, and 1600 steps where neither is.
    private void Length()
    {
        if (_options["max_train_epochs"] is not null)
            _options.Remove("max_train_steps");
        else
            _options.SetIfAbsent("max_train_steps", SdScriptsOptions.Defaults["max_train_steps"]);
    }

    private void Optimizer()
    {
        foreach (var (flag, optimizer) in new[] { ("use_8bit_adam", "AdamW8bit"), ("use_lion_optimizer", "Lion") })
        {
            if (IsOn(_options[flag]))
                _options.Set("optimizer_type", optimizer);
            _options.Remove(flag);
        }

        var name = _options["optimizer_type"] is { Length: > 0 } given ? given : "AdamW";
        if (Whole(name) is { } whole)
        {
            _notes.Add($"`optimizer_type` {name}: {whole} was taken, which computes the same {(whole == OptimizerNames.AdamW8bit ? "without paging" : "with its state in 32 bits")}.");
            name = whole;
        }

        _options.Set("optimizer_type", name);
        if (name.Equals(OptimizerNames.Prodigy, StringComparison.OrdinalIgnoreCase))
            SharedRate();
        if (name.Equals(OptimizerNames.AdamW, StringComparison.OrdinalIgnoreCase))
            _options.Remove("optimizer_type");
        if (OptimizerNames.Canonical(name) is OptimizerNames.AdamW or OptimizerNames.AdamW8bit)
            AdamW();
    }

    /// <summary>Of an optimizer with its state in 8 bits or paged, which is not known, the one without; null for others.</summary>
    private static string? Whole(string name)
    {
        var unpaged = name.Replace("Paged", "", StringComparison.OrdinalIgnoreCase);
        var whole = OptimizerNames.Canonical(unpaged) ?? unpaged.Replace("8bit", "", StringComparison.OrdinalIgnoreCase);
        return whole.Equals(name, StringComparison.OrdinalIgnoreCase) ? null : whole;
    }

    private void AdamW()
    {
        if (!_options.Values.TryGetValue("optimizer_args", out var arguments))
            return;
        var others = new List<string>();
        foreach (var argument in arguments)
        {
            switch (argument.Trim().Split('=', 2))
            {
                case ["betas", var betas] when betas.Trim('(', ')').Split(',', StringSplitOptions.TrimEntries) is [var first, var second]:
                    _options.Set("adam_beta1", first);
                    _options.Set("adam_beta2", second);
                    break;
                case ["eps", var eps]:
                    _options.Set("adam_eps", eps);
                    break;
                case ["weight_decay", var decay]:
                    _options.Set("weight_decay", decay);
                    break;
                default:
                    others.Add(argument);
                    break;
            }
        }

        _options.Remove("optimizer_args");
        if (others.Count > 0)
            _options.Set("optimizer_args", others);
    }

    private void Profile()
    {
        foreach (var (theirs, ours) in new[] { ("pretrained_model_name_or_path", "base_model"), ("mixed_precision", "mixed_precision") })
        {
            if (_options[theirs] is { } value)
                _profile[ours] = value;
            _options.Remove(theirs);
        }

        Model();
        if (!_options.Values.TryGetValue("resolution", out var sizes))
            return;
        _options.Remove("resolution");
        var sides = string.Join(',', sizes).Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToList();
        _profile["resolution"] = sides[0];
        if (sides.Count > 1)
            _notes.Add($"`resolution` {string.Join('×', sides)}: a plan has one side, of a square; {sides[0]} was taken.");
    }

    // What sd-scripts is told of the model where its file does not: the plan says it at its top, for training and drawing alike. (`clip_skip` it does not hear for SDXL: it takes the layer before the last, as a plan that says nothing does.)
    private void Model()
    {
        if (_options["vae"] is { Length: > 0 } vae && !IsOff(vae))
            _profile["vae"] = vae;
        if (IsOn(_options["v_parameterization"]))
            _profile["v_parameterization"] = "true";
        _options.Remove("vae");
        _options.Remove("v_parameterization");
    }

    // Without prompts nothing is drawn; epochs count where both are given.
    private IReadOnlyList<string> Evaluation()
    {
        var sampler = _options["sample_sampler"];
        _options.Remove("sample_sampler");
        foreach (var key in new[] { "sample_every_n_steps", "sample_every_n_epochs" })
        {
            if (_prompts.Count == 0 || (key == "sample_every_n_steps" && _options["sample_every_n_epochs"] is not null))
                _options.Remove(key);
        }

        if (_prompts.Count == 0)
            return [];
        _options.Remove("sample_prompts");
        var evaluation = new ImportedEvaluation(_prompts, sampler, int.TryParse(_profile.GetValueOrDefault("resolution"), NumberStyles.None, CultureInfo.InvariantCulture, out var side) ? side : DefaultResolution);
        _notes.AddRange(evaluation.Notes);
        return evaluation.Lines;
    }

    private IEnumerable<ForeignOptions> Folder(string option, bool isReg)
    {
        var path = _options[option];
        _options.Remove(option);
        if (path is null or "" || IsOff(path))
            yield break;
        var folder = new ForeignOptions();
        folder.Set("image_dir", path);
        if (isReg)
            folder.Set("is_reg", "true");
        yield return folder;
    }

    private void Take(string key, IReadOnlyList<string> values)
    {
        if (values is [""] || (values is ["None" or "none"] && PlanKeys.OfVersion.First(option => option.Name == key).Default.Length == 0))
            return;
        _values[key] = [.. values.Select(value => value switch { "True" => "true", "False" => "false", _ => value })];
    }

    private void Note(string key, IReadOnlyList<string> values)
    {
        var text = string.Join(' ', values);
        if (SdScriptsOptions.Defaults.TryGetValue(key, out var usual) && (text.Equals(usual, StringComparison.OrdinalIgnoreCase) || text.Length == 0 || IsOff(text)))
            return;
        if (key == "network_module" && text == "networks.lora")
            return;
        if (SdScriptsOptions.IsNeedless(key) || (IsOff(text) && !SdScriptsOptions.Defaults.ContainsKey(key)))
            return;
        if (SdScriptsOptions.Difference(key) is { } difference)
            _notes.Add($"`{key}` ({text}): {difference}.");
        else if (SdScriptsOptions.Defaults.ContainsKey(key) || SdScriptsOptions.NetworkArguments.Contains(key) || SdScriptsOptions.LycorisArguments.Contains(key))
            _notes.Add($"`{key}` ({text}) has no counterpart: the training will differ in it.");
        else
            _unknown.Add(key);
    }

    private void NoteUnknown()
    {
        if (_unknown.Count > 0)
            _notes.Add($"Not known, neither here nor to sd-scripts' sdxl_train_network.py: {string.Join(", ", _unknown.Distinct(StringComparer.Ordinal).Select(Guess))}.");
    }

    private static string Guess(string key) => NearestName.Find(key, SdScriptsOptions.Defaults.Keys) is { } near ? $"`{key}` (did you mean `{near}`?)" : $"`{key}`";

    // Latents that are kept are the posterior's mean, and not its first draw: that is wanted here whatever sd-scripts would do.
    private void WriteDefaults()
    {
        foreach (var option in TrainingOptions.Declared.Options.Where(option => option is { SdScripts.Length: > 0, Default.Length: > 0, Name: not "cache_latents" }))
        {
            if (!_values.ContainsKey(option.Name) && !_options.Values.ContainsKey(option.Name) && !IsSame(option.Default, option.SdScripts!))
                _values[option.Name] = [option.SdScripts!];
        }
    }

    private static bool IsOf(IReadOnlyList<IOption> options, string key) => options.Any(option => option.Name == key);

    private List<KeyValuePair<string, IReadOnlyDictionary<string, IReadOnlyList<string>>>> Datasets(IReadOnlyList<ForeignOptions> subsets, string version)
    {
        var datasets = new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>>(StringComparer.Ordinal);
        foreach (var subset in subsets)
        {
            var path = subset["image_dir"] ?? "";
            if (subset["validation_split"] is { } share && IsSame(share, "1"))
            {
                _notes.Add($"{path}: sd-scripts only measures with these pictures (`validation_split` 1) and trains on none of them; they were left out, and `validation` of the plan watches a version.");
                continue;
            }
            var key = Free(Plain($"{version}_{Path.GetFileName(path.Replace('\\', '/').TrimEnd('/'))}"), datasets.Keys);
            datasets.Add(key, Dataset(subset, path));
        }

        if (datasets.Count == 0)
            _notes.Add("No pictures are named (`train_data_dir` or a dataset configuration); the version needs a `dataset`.");
        return [.. datasets];
    }

    private IReadOnlyDictionary<string, IReadOnlyList<string>> Dataset(ForeignOptions subset, string path)
    {
        var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["source"] = ["folder"], ["folder"] = [path.Replace('\\', '/')] };
        foreach (var (key, given) in subset.Values.Concat(_options.Values.Where(option => !subset.Values.ContainsKey(option.Key) && !IsOf(PlanKeys.OfVersion, option.Key))))
        {
            if (key == "conditioning_data_dir")
                values[key] = [.. given.Select(value => value.Replace('\\', '/'))];
            else if (IsOf(PlanKeys.OfDataset, key) && given is not [""])
                values[key] = [.. given.Select(value => value switch { "True" => "true", "False" => "false", _ => value })];
            else if (subset.Values.ContainsKey(key) && key is not ("image_dir" or "batch_size" or "resolution"))
                Note(key, given);
        }

        var isBucketed = values.GetValueOrDefault("enable_bucket") is ["true"];
        foreach (var key in new[] { "enable_bucket", "caption_extension" }.Concat(isBucketed ? ["min_bucket_reso", "max_bucket_reso", "bucket_reso_steps"] : []))
            values.TryAdd(key, [SdScriptsOptions.Defaults[key]]);
        // A file without alpha is as before; what sd-scripts makes of transparency is the colour that lies hidden in it.
        values.TryAdd("alpha", ["white"]);
        var resolution = int.TryParse(_profile.GetValueOrDefault("resolution"), NumberStyles.None, CultureInfo.InvariantCulture, out var side) ? side : DefaultResolution;
        return PlanKeys.DatasetValues(values, resolution, _notes);
    }

    private static string Free(string name, IEnumerable<string> taken) =>
        Enumerable.Range(1, int.MaxValue).Select(i => i == 1 ? name : $"{name}_{i}").First(candidate => !taken.Contains(candidate, StringComparer.Ordinal));

    /// <summary>A name that a plan takes; one underscore stands for all that it does not take in a row.</summary>
    private static string Plain(string text)
    {
        var words = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '_')).Split('_', StringSplitOptions.RemoveEmptyEntries);
        var plain = string.Join('_', words).TrimStart('-');
        return plain.Length == 0 ? "imported" : plain[..Math.Min(plain.Length, 64)];
    }

    private static bool IsOn(string? text) => text is not null && !IsOff(text);

    private static bool IsOff(string text) => text.Equals("false", StringComparison.OrdinalIgnoreCase) || text.Equals("none", StringComparison.OrdinalIgnoreCase);

    private static bool IsSame(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase)
        || (double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && double.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out var y) && x == y);
}
