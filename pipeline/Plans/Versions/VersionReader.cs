using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>Reads a version's settings under sd-scripts' names.</summary>
internal static class VersionReader
{
    // The keys of the stages hold these whatever the plan says, and the others where it says something.
    private static readonly string[] InEveryKey =
    [
        "network_dim", "network_alpha", "conv_alpha", "network_train_unet_only", "shuffle_caption", "keep_tokens", "caption_dropout_rate", "caption_tag_dropout_rate",
        "caption_prefix", "caption_suffix", "adam_beta1", "adam_beta2", "adam_eps", "weight_decay", "learning_rate", "lr_scheduler", "lr_warmup_steps",
        "lr_scheduler_num_cycles", "lr_scheduler_power", "train_batch_size", "gradient_accumulation_steps", "max_grad_norm", "debiased_estimation_loss", "noise_offset", "seed",
    ];

    // Files count by their content.
    private static readonly string[] InNoKey = ["dataset", "network_weights", "base_weights"];

    /// <summary>Null when the dataset is not known.</summary>
    public static VersionPlan? Read(string name, MappingReader reader, IReadOnlyList<DatasetPlan> datasets, long seed)
    {
        var names = reader.Read(VersionKeys.Declared, new VersionKeys()).Dataset;
        if (names.Count == 0 && reader.IsEmpty("dataset") && !reader.IsUnset("dataset"))
            reader.Problem("dataset", "must be a text or a list of texts, with one dataset at least, but is an empty list.");
        var version = new VersionPlan
        {
            Name = name,
            Training = reader.Read(TrainingOptions.Declared, new TrainingOptions { Seed = seed }),
            Variations = reader.Read(SubsetOptions.Variations, new SubsetOptions()),
            Monitoring = MonitoringPlan.Read(reader),
        };
        reader.Finish();
        reader.Report(Rules(version));
        return SubsetReader.Find(reader, names, datasets) is not { } found ? null : SubsetReader.Checked(reader, version with { Datasets = found, Parameters = Parameters(version, reader.Values) });
    }

    private static IEnumerable<OptionProblem> Rules(VersionPlan version)
    {
        if (version is { Training.Saves.AverageLastNSaves: not null, Monitoring.EarlyStopping: not null })
            yield return new("average_last_n_saves", "and `early_stopping` each say which weights are kept; leave one of them out.");
    }

    private static Dictionary<string, string> Parameters(VersionPlan version, IReadOnlyDictionary<string, string> given)
    {
        var parameters = given.Where(value => !InNoKey.Contains(value.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal);
        foreach (var key in InEveryKey)
            parameters[key] = TrainingOptions.Declared.Find(key)!.Write(version.Training);
        foreach (var option in version.Monitoring.EarlyStopping is null ? [] : EarlyStoppingOptions.Declared.Options)
            parameters[$"{MonitoringPlan.EarlyStoppingKey}.{option.Name}"] = option.Write(version.Monitoring.EarlyStopping!);
        return parameters;
    }
}
