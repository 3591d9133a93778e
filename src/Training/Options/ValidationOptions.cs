using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>When and on what noise a training is measured on pictures that it does not learn from.</summary>
public sealed record ValidationOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<ValidationOptions> Declared { get; } = new(option =>
    [
        option.Whole("validate_every_n_steps", o => o.ValidateEveryNSteps, (o, v) => o with { ValidateEveryNSteps = v }, 1) with
        {
            Says = "Measures the loss on the validation's pictures after every so many optimizer steps, and at the end.",
            SdScripts = "",
            Metadata = new("ss_validate_every_n_steps"),
        },
        option.Whole("validation_timesteps", o => o.ValidationTimesteps, (o, v) => o with { ValidationTimesteps = v }, 1, 1000) with
        {
            Says = "Noise levels that each picture is measured at.",
        },
        option.Whole("validation_seed", o => o.ValidationSeed, (o, v) => o with { ValidationSeed = v }, 0, uint.MaxValue) with
        {
            Says = "Seed of the measurements' noise; without it the training's.",
            SdScripts = "",
            Metadata = new("ss_validation_seed"),
        },
    ]);

    /// <summary><c>validate_every_n_steps</c>: optimizer steps between two measurements; the last step is always measured. Null: none is.</summary>
    public int? ValidateEveryNSteps { get; init; }

    /// <summary>
    /// <c>validation_timesteps</c>: noise levels of each picture, one drawn from each of as many equal parts of the schedule.
    /// </summary>
    public int ValidationTimesteps { get; init; } = 4;

    /// <summary><c>validation_seed</c>: noise and timesteps follow from it; null: the training's seed.</summary>
    public long? ValidationSeed { get; init; }

    /// <summary>Whether the training is measured after this step, counted from 1.</summary>
    public bool IsDue(int step, int steps) => ValidateEveryNSteps is { } every && (step % every == 0 || step == steps);
}
