using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>How a version is watched while it learns, and when that ends it. Nothing here changes what a step computes.</summary>
/// <param name="Validation">When it is measured; null: never.</param>
/// <param name="EarlyStopping">When that ends it; null: never.</param>
/// <param name="Samples">When it draws pictures; null: never.</param>
public sealed record MonitoringPlan(ValidationOptions? Validation, EarlyStoppingOptions? EarlyStopping, SampleInterval? Samples)
{
    /// <summary>The key of the section about early stopping.</summary>
    internal const string EarlyStoppingKey = "early_stopping";

    internal static MonitoringPlan Read(MappingReader reader)
    {
        var validation = reader.Read(ValidationOptions.Declared, new ValidationOptions());
        var stopping = reader.IsUnset(EarlyStoppingKey) ? null : ReadEarlyStopping(reader.Section(EarlyStoppingKey));
        var samples = reader.Read(SampleInterval.Declared, new SampleInterval());
        if (!reader.IsPartial && validation.ValidateEveryNSteps is null)
            CheckUnmeasured(reader, validation, stopping);
        return new MonitoringPlan(validation.ValidateEveryNSteps is null ? null : validation, stopping, samples == new SampleInterval() ? null : samples);
    }

    private static EarlyStoppingOptions ReadEarlyStopping(MappingReader reader)
    {
        var options = reader.Read(EarlyStoppingOptions.Declared, new EarlyStoppingOptions());
        reader.Finish();
        return options;
    }

    private static void CheckUnmeasured(MappingReader reader, ValidationOptions validation, EarlyStoppingOptions? stopping)
    {
        if (!reader.IsUnset("validation_timesteps") || validation.ValidationSeed is not null)
            reader.Problem("validate_every_n_steps", "must be given where `validation_timesteps` or `validation_seed` is.");
        if (stopping is not null)
            reader.Problem(EarlyStoppingKey, "needs measurements: give `validate_every_n_steps` too.");
    }
}
