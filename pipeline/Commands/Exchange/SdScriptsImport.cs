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
        new NetworkTranslation(_options, _notes).Translate();
        if (ForeignOptions.IsOn(_options["network_train_text_encoder_only"]) && ForeignOptions.IsOn(_options["network_train_unet_only"]))
        {
            _options.Remove("network_train_unet_only");
            _notes.Add("`network_train_unet_only` and `network_train_text_encoder_only` are both on, which trains nothing in sd-scripts; neither was taken.");
        }
        else if (ForeignOptions.IsOn(_options["network_train_text_encoder_only"]))
        {
            _options.Set("unet_lr", "0");
        }
        _options.Remove("network_train_text_encoder_only");
        TokenLength();
        Length();
        new OptimizerTranslation(_options, _notes).Translate();
        WithoutEffect();
        EightBits();
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

    // What varies something that is not there makes no difference in sd-scripts, and is refused by a plan.
    private void WithoutEffect()
    {
        foreach (var (name, of) in new[] { ("noise_offset_random_strength", "noise_offset"), ("adaptive_noise_scale", "noise_offset"), ("ip_noise_gamma_random_strength", "ip_noise_gamma") })
        {
            if (_options[of] is null or "" or "None" or "none" || ForeignOptions.IsSame(_options[of]!, "0"))
                _options.Remove(name);
        }
    }

    // sd-scripts has a switch for the UNet and the text encoders, and one for the UNet alone, with which the first counts for nothing more.
    private void EightBits()
    {
        if (ForeignOptions.IsOn(_options["fp8_base_unet"]))
            _options.Set("fp8_base", "true");
        else if (ForeignOptions.IsOn(_options["fp8_base"]))
            _notes.Add("`fp8_base`: here the UNet alone is in eight bits; in sd-scripts the text encoders are too.");
        _options.Remove("fp8_base_unet");
    }

    // lora-scripts begins with 255, which is no number of whole chunks of 75.
    private void TokenLength()
    {
        if (_options["max_token_length"] is not "255")
            return;
        _options.Set("max_token_length", "225");
        _notes.Add("`max_token_length` 255 is no multiple of 75; 225 was taken.");
    }

    // sd-scripts counts epochs where both are given, and 1600 steps where neither is.
    private void Length()
    {
        if (_options["max_train_epochs"] is not null)
            _options.Remove("max_train_steps");
        else
            _options.SetIfAbsent("max_train_steps", SdScriptsOptions.Defaults["max_train_steps"]);
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
        if (_options["vae"] is { Length: > 0 } vae && !ForeignOptions.IsOff(vae))
            _profile["vae"] = vae;
        if (ForeignOptions.IsOn(_options["v_parameterization"]))
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
        if (path is null or "" || ForeignOptions.IsOff(path))
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
        if (SdScriptsOptions.Defaults.TryGetValue(key, out var usual) && (text.Equals(usual, StringComparison.OrdinalIgnoreCase) || text.Length == 0 || ForeignOptions.IsOff(text)))
            return;
        if (key == "network_module" && text == "networks.lora")
            return;
        if (SdScriptsOptions.IsNeedless(key) || (ForeignOptions.IsOff(text) && !SdScriptsOptions.Defaults.ContainsKey(key)))
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
            if (!_values.ContainsKey(option.Name) && !_options.Values.ContainsKey(option.Name) && !ForeignOptions.IsSame(option.Default, option.SdScripts!))
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
            if (subset["validation_split"] is { } share && ForeignOptions.IsSame(share, "1"))
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
}
