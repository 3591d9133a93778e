using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>How a version is watched while it learns, and when that ends it. Nothing here changes what a step computes.</summary>
/// <param name="Validation">When it is measured; null: never.</param>
/// <param name="EarlyStopping">When that ends it; null: never.</param>
/// <param name="Samples">When it draws pictures; null: never.</param>
public sealed record MonitoringPlan(ValidationOptions? Validation, EarlyStoppingOptions? EarlyStopping, SampleInterval? Samples)
{
    /// <summary>The settings of <c>early_stopping</c> for the fingerprint, as canonical text; those of the version itself are its reader's.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private static readonly string[] Metrics = ["val", "val_subject", "val_background"];

    /// <summary>
    /// Reads a version's keys. What is not given gets neither into the plan nor into the fingerprint, so that versions which
    /// are not watched keep theirs.
    /// </summary>
    internal static MonitoringPlan Read(MappingReader reader)
    {
        var validation = ReadValidation(reader);
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var stopping = reader.IsUnset("early_stopping") ? null : ReadEarlyStopping(reader.Section("early_stopping"), parameters);
        if (stopping is not null && validation is null && !reader.IsPartial)
            reader.Problem("early_stopping", "needs measurements: give `validate_every_n_steps` too.");
        return new MonitoringPlan(validation, stopping, SampleInterval.Read(reader)) { Parameters = parameters };
    }

    private static ValidationOptions? ReadValidation(MappingReader reader)
    {
        var (timesteps, seed) = (reader.OptionalWhole("validation_timesteps", 1, 1000), reader.IsUnset("validation_seed") ? (long?)null : reader.Long("validation_seed", null, 0, uint.MaxValue));
        if (reader.OptionalWhole("validate_every_n_steps", 1) is { } steps)
            return new ValidationOptions { EveryNSteps = steps, Timesteps = timesteps ?? 4, Seed = seed };
        if ((timesteps, seed) is not (null, null) && !reader.IsPartial)
            reader.Problem("validate_every_n_steps", "must be given where `validation_timesteps` or `validation_seed` is.");
        return null;
    }

    private static EarlyStoppingOptions ReadEarlyStopping(MappingReader reader, Dictionary<string, string> parameters)
    {
        var defaults = new EarlyStoppingOptions();
        var options = new EarlyStoppingOptions
        {
            Patience = reader.Whole("patience", defaults.Patience, 1),
            MinDelta = reader.Number("min_delta", defaults.MinDelta, 0),
            RestoreBest = reader.Switch("restore_best", defaults.RestoreBest),
            Metric = (ValidationMetric)Array.IndexOf(Metrics, reader.OneOf("metric", "val", Metrics)),
        };
        reader.Finish();
        foreach (var (key, value) in reader.Values)
            parameters.Add($"early_stopping.{key}", value);
        return options;
    }
}
