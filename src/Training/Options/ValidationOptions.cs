namespace Slipway.Training.Options;

/// <summary>When and on what noise a training is measured on pictures that it does not learn from.</summary>
public sealed record ValidationOptions
{
    /// <summary><c>validate_every_n_steps</c>: optimizer steps between two measurements; the last step is always measured.</summary>
    public required int EveryNSteps { get; init; }

    /// <summary>
    /// <c>validation_timesteps</c>: noise levels of each picture, one drawn from each of as many equal parts of the schedule.
    /// </summary>
    public int Timesteps { get; init; } = 4;

    /// <summary><c>validation_seed</c>: noise and timesteps follow from it; null: the training's seed.</summary>
    public long? Seed { get; init; }

    /// <summary>Whether the training is measured after this step, counted from 1.</summary>
    public bool IsDue(int step, int steps) => step % EveryNSteps == 0 || step == steps;

    internal IEnumerable<string> Problems()
    {
        if (EveryNSteps < 1) yield return $"validate_every_n_steps: {EveryNSteps}; use 1 or more.";
        if (Timesteps is < 1 or > 1000) yield return $"validation_timesteps: {Timesteps}; use 1 to 1000.";
    }
}
