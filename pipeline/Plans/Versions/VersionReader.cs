using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>Reads a version's settings under sd-scripts' names.</summary>
internal static class VersionReader
{
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
        return SubsetReader.Find(reader, names, datasets) is not { } found ? null : SubsetReader.Checked(reader, version with { Datasets = found });
    }

    private static IEnumerable<OptionProblem> Rules(VersionPlan version)
    {
        if (version is { Training.Saves.AverageLastNSaves: not null, Monitoring.EarlyStopping: not null })
            yield return new("average_last_n_saves", "and `early_stopping` each say which weights are kept; leave one of them out.");
    }
}
