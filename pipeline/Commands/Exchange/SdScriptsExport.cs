using Slipway.Engine.Execution;
using Slipway.Engine.Files;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// Writes what sd-scripts needs to train a version: <c>img/{repeats}_{name}/</c> with pictures and captions (regularisation pictures
/// in <c>reg/</c>, masks in <c>mask/</c>), <c>dataset.toml</c>, <c>config.toml</c>, <c>train.sh</c>, <c>sample_prompts.txt</c> with the
/// evaluation's prompts, and <c>notes.txt</c> with what has no counterpart. The folder is there as a whole or not at all.
/// </summary>
internal sealed class SdScriptsExport
{
    private static readonly string[] Differences =
    [
        "sd-scripts will not give the same weights: it draws other random numbers and orders pictures in another way.",
        "It reads the pooled text projection of a checkpoint in a single file without transposing it, and tells the model another crop than it makes.",
        "It drops transparency and shows the colours that lie hidden in it; pictures with an `alpha` policy were written with it applied.",
        "What the model predicts is an option there: for a model that predicts velocity add v_parameterization = true.",
    ];

    private const int BucketUnit = 32;

    private readonly Plan _plan;
    private readonly VersionPlan _version;
    private readonly string _folder;
    private readonly string _draft;
    private readonly List<string> _notes = [];

    private SdScriptsExport(Plan plan, VersionPlan version, string folder)
    {
        (_plan, _version, _folder) = (plan, version, Path.TrimEndingDirectorySeparator(folder));
        _draft = $"{_folder}.{Guid.NewGuid():N}.tmp";
    }

    /// <summary>Writes everything.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="version">The version.</param>
    /// <param name="data">Its datasets.</param>
    /// <param name="workspace">What the plan's paths are relative to.</param>
    /// <param name="folder">Must not be there yet.</param>
    /// <returns>What has no counterpart, a line each.</returns>
    /// <exception cref="ArgumentException">The folder is there.</exception>
    public static IReadOnlyList<string> Write(Plan plan, VersionPlan version, IReadOnlyList<ExportedDataset> data, string workspace, string folder)
    {
        if (Path.Exists(folder))
            throw new ArgumentException($"'{folder}' is there already; name a folder that is not.");
        var export = new SdScriptsExport(plan, version, folder);
        try
        {
            Directory.CreateDirectory(export._draft);
            export.Write(data, workspace);
            Directory.Move(export._draft, export._folder);
        }
        catch
        {
            if (Directory.Exists(export._draft))
                Directory.Delete(export._draft, recursive: true);
            throw;
        }

        return export._notes;
    }

    private void Write(IReadOnlyList<ExportedDataset> data, string workspace)
    {
        var options = new ExportedOptions(_plan, _version, workspace);
        _notes.AddRange(options.Notes);
        List<string> datasets = ["[general]", Toml.Line("caption_extension", Toml.Text(".txt"))];
        foreach (var group in Groups(data))
            datasets.AddRange(Dataset(group));
        Lines("dataset.toml", datasets);
        Lines("config.toml", options.Lines(("dataset_config", Final("dataset.toml")), ("output_dir", Final("output")), ("sample_prompts", Final(Prompts()))));
        Lines("train.sh",
        [
            "#!/bin/sh",
            "# In sd-scripts' folder, with its environment active.",
            $"accelerate launch --num_cpu_threads_per_process 1 sdxl_train_network.py --config_file {ShellWord.Of(Final("config.toml"))}",
        ]);
        _notes.AddRange(Differences);
        Lines("notes.txt", _notes);
    }

    /// <summary>Writes the evaluation's prompts, each with the first seed, as lines of text where they can be told as such, else as JSON; gives the file's name.</summary>
    private string Prompts()
    {
        var (evaluation, sampling) = (_plan.Evaluation, _plan.Evaluation.Sampling);
        var sampler = ImportedEvaluation.SamplerName(sampling.Sampler);
        if (sampler is null)
            _notes.Add($"`evaluation.sampler` ({sampling.Sampler}) has no counterpart in sd-scripts, which draws with its own, ddim.");
        if (_version.Monitoring.Samples is null)
            _notes.Add("sd-scripts draws the evaluation's prompts only with sample_every_n_steps or sample_every_n_epochs, which the version does not have.");
        List<SamplePrompt> pictures = [.. evaluation.Prompts.Select(prompt => new SamplePrompt
        {
            Prompt = prompt.Prompt,
            NegativePrompt = sampling.NegativePrompt.Length > 0 ? sampling.NegativePrompt : null,
            Width = prompt.Size?.Width ?? _plan.Resolution,
            Height = prompt.Size?.Height ?? _plan.Resolution,
            Seed = evaluation.Seeds[0],
            Steps = sampling.Steps,
            Scale = sampling.Guidance,
            Sampler = sampler,
        })];
        List<string> lines = [.. pictures.Select(SamplePrompts.Line).OfType<string>()];
        var isText = lines.Count == pictures.Count;
        var name = isText ? "sample_prompts.txt" : "sample_prompts.json";
        Lines(name, isText ? lines : [SamplePrompts.Json(pictures)]);
        return name;
    }

    /// <summary>
    /// What becomes one entry of <c>[[datasets]]</c>: sd-scripts pairs regularisation pictures only with those of the same entry, so with such
    /// pictures there is one; else there is one for each way to cut pictures.
    /// </summary>
    private IEnumerable<IReadOnlyList<ExportedDataset>> Groups(IReadOnlyList<ExportedDataset> data)
    {
        var groups = data.GroupBy(Cut).Select(group => group.ToList()).ToList();
        if (groups.Count == 1 || !data.Any(dataset => dataset.Plan.IsReg))
            return groups;
        var leading = groups.Find(group => Cut(group[0]) is not null && group.Exists(dataset => !dataset.Plan.IsReg)) ?? groups.Find(group => Cut(group[0]) is not null) ?? groups[0];
        foreach (var dataset in data.Where(dataset => !leading.Contains(dataset)))
            _notes.Add($"The pictures of `{dataset.Files.Files[0].Folder}` are cut as those of `{leading[0].Files.Files[0].Folder}`: sd-scripts pairs regularisation pictures with those of one entry of [[datasets]] alone, which has one setting of buckets.");
        return [[.. leading, .. data.Where(dataset => !leading.Contains(dataset))]];
    }

    /// <summary>How pictures are cut; null: all are squares.</summary>
    private BucketOptions? Cut(ExportedDataset dataset) =>
        dataset.Plan.Buckets?.EnableBucket == true ? (dataset.Subset.Buckets ?? BucketSizes.Square(_plan.Resolution)).Options(_plan.Resolution) : null;

    private IEnumerable<string> Dataset(IReadOnlyList<ExportedDataset> group)
    {
        yield return string.Empty;
        yield return "[[datasets]]";
        yield return Toml.Line("resolution", Toml.Value($"{_plan.Resolution}"));
        yield return Toml.Line("batch_size", Toml.Value($"{_version.Training.TrainBatchSize}"));
        yield return Toml.Line("enable_bucket", Cut(group[0]) is null ? "false" : "true");
        if (Cut(group[0]) is { } buckets)
        {
            yield return Toml.Line("min_bucket_reso", $"{buckets.MinBucketReso}");
            yield return Toml.Line("max_bucket_reso", $"{buckets.MaxBucketReso}");
            yield return Toml.Line("bucket_reso_steps", $"{BucketSteps(buckets.BucketResoSteps)}");
            yield return Toml.Line("bucket_no_upscale", buckets.BucketNoUpscale ? "true" : "false");
        }

        foreach (var (dataset, folder) in group.SelectMany(dataset => dataset.Files.Files.GroupBy(file => file.Folder, StringComparer.Ordinal).Select(folder => (dataset, folder))))
        {
            foreach (var line in Subset(dataset, folder.Key, [.. folder]))
                yield return line;
        }
    }

    private int BucketSteps(int steps)
    {
        if (steps % BucketUnit == 0)
            return steps;
        var near = (steps + BucketUnit - 1) / BucketUnit * BucketUnit;
        _notes.Add($"`bucket_reso_steps` {steps}: for SDXL sd-scripts takes multiples of {BucketUnit}; {near} was written, which cuts pictures otherwise.");
        return near;
    }

    private IEnumerable<string> Subset(ExportedDataset dataset, string name, IReadOnlyList<DatasetFile> files)
    {
        var folder = $"{(dataset.Plan.IsReg ? "reg" : "img")}/{name}";
        var masks = $"mask/{name}";
        var isMasked = _version.Training.Mask.MaskedLoss && !dataset.Plan.IsReg;
        foreach (var file in files)
            Copy(dataset.Plan, file, folder, isMasked && dataset.Plan.Folder?.AlphaMask != true ? masks : null);
        yield return string.Empty;
        yield return "  [[datasets.subsets]]";
        yield return "  " + Toml.Line("image_dir", Toml.Text(Final(folder)));
        yield return "  " + Toml.Line("num_repeats", $"{files[0].Repeats}");
        if (dataset.Plan.IsReg)
            yield return "  " + Toml.Line("is_reg", "true");
        if (isMasked)
            yield return "  " + (dataset.Plan.Folder?.AlphaMask == true ? Toml.Line("alpha_mask", "true") : Toml.Line("conditioning_data_dir", Toml.Text(Final(masks))));
        foreach (var option in SubsetOptions.Declared.Options)
        {
            if (dataset.Plan.Overrides.TryGetValue(option.Name, out var value))
                yield return "  " + Toml.Line(option.Name, Toml.Literal(option, value));
        }
    }

    private void Copy(DatasetPlan plan, DatasetFile file, string folder, string? masks)
    {
        var stem = Path.GetFileNameWithoutExtension(file.Picture);
        var target = Path.Combine(Made(folder), Path.GetFileName(file.Picture));
        if (File.Exists(Path.Combine(Made(folder), stem + ".txt")))
            throw new InvalidDataException($"'{file.Picture}': another picture of the folder has the same name but for its ending, and sd-scripts' captions are told by names; rename one.");
        var picture = plan.Alpha == AlphaPolicy.Refuse && masks is null ? null : Picture.Load(file.Picture);
        if (picture is not null && picture.HasAlpha && plan.Alpha != AlphaPolicy.Refuse && plan.Folder?.AlphaMask != true)
            plan.Alpha.Apply(picture, file.Picture).SavePng(Path.ChangeExtension(target, ".png"));
        else
            CopiedFile.Make(file.Picture, target);
        File.WriteAllText(Path.Combine(Made(folder), stem + ".txt"), file.ReadCaption());
        if (masks is not null)
            (file.Mask?.Invoke(picture!) ?? throw new InvalidDataException($"'{file.Picture}' has no mask.")).SavePng(Path.Combine(Made(masks), stem + ".png"));
    }

    private string Made(string folder)
    {
        var path = Path.Combine(_draft, folder);
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Where something will be, for sd-scripts, which may be started anywhere.</summary>
    private string Final(string relative) => Path.Combine(_folder, relative);

    private void Lines(string name, IEnumerable<string> lines) => File.WriteAllText(Path.Combine(_draft, name), string.Join('\n', lines) + "\n");
}
