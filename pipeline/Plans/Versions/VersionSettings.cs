using Slipway.Engine.Options;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>What versions and ensembles say otherwise than one another.</summary>
internal static class VersionSettings
{
    /// <summary>By name of a version or ensemble: the options in which not all of them are the same, with each one's value; empty: none.</summary>
    /// <param name="versions">The versions.</param>
    /// <param name="ensembles">The ensembles.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<KeyValuePair<string, string>>> Differing(IReadOnlyList<VersionPlan> versions, IReadOnlyList<EnsemblePlan> ensembles)
    {
        var all = versions.ToDictionary(version => version.Name, Of, StringComparer.Ordinal);
        var differing = all.Values.SelectMany(settings => settings.Keys).Distinct(StringComparer.Ordinal)
            .Where(name => all.Values.Select(settings => settings.GetValueOrDefault(name, "")).Distinct(StringComparer.Ordinal).Skip(1).Any())
            .ToList();
        var found = all.ToDictionary(
            version => version.Key,
            version => (IReadOnlyList<KeyValuePair<string, string>>)[.. differing.Select(name => KeyValuePair.Create(name, version.Value.GetValueOrDefault(name, "")))],
            StringComparer.Ordinal);
        foreach (var ensemble in ensembles)
            found[ensemble.Name] = [.. Written(EnsemblePlan.Declared, ensemble).Where(setting => setting.Value.Length > 0)];
        return found;
    }

    private static Dictionary<string, string> Of(VersionPlan version) => new(
        [
            KeyValuePair.Create("dataset", string.Join(", ", version.Datasets.Select(dataset => dataset.Key))),
            .. Written(TrainingOptions.Declared, version.Training),
            .. Written(SubsetOptions.Variations, version.Variations),
            .. version.Monitoring.Validation is { } validation ? Written(ValidationOptions.Declared, validation) : [],
            .. version.Monitoring.Samples is { } samples ? Written(SampleInterval.Declared, samples) : [],
            .. version.Monitoring.EarlyStopping is { } stopping ? Written(EarlyStoppingOptions.Declared, stopping).Select(pair => KeyValuePair.Create($"early_stopping.{pair.Key}", pair.Value)) : [],
        ],
        StringComparer.Ordinal);

    private static Dictionary<string, string> Written<T>(OptionTable<T> table, T record)
        where T : class, new() => table.Options.ToDictionary(option => option.Name, option => option.Write(record), StringComparer.Ordinal);
}
