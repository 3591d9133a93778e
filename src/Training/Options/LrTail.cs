namespace Slipway.Training.Options;

/// <summary>How the later schedules come down, under sd-scripts' names.</summary>
public sealed record LrTail
{
    /// <summary><c>lr_decay_steps</c>: last steps of <c>warmup_stable_decay</c>, or a share of all when below 1.</summary>
    public double DecaySteps { get; init; }

    /// <summary><c>lr_scheduler_min_lr_ratio</c>: where <c>cosine_with_min_lr</c> and <c>warmup_stable_decay</c> end, as a share of the base rate.</summary>
    public double MinLrRatio { get; init; }

    /// <summary><c>lr_scheduler_timescale</c> of <c>inverse_sqrt</c>; null: the steps of the warm-up, or 10,000 without one.</summary>
    public int? Timescale { get; init; }
}
