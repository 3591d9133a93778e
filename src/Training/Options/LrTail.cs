using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>How the later schedules come down, under sd-scripts' names.</summary>
public sealed record LrTail
{
    /// <summary>Its options.</summary>
    public static OptionTable<LrTail> Declared { get; } = new(option =>
    [
        option.Number("lr_decay_steps", o => o.LrDecaySteps, (o, v) => o with { LrDecaySteps = v }, 0) with
        {
            Says = "Last steps of `warmup_stable_decay`, or a share of all when below 1.",
            SdScripts = "0",
        },
        option.Number("lr_scheduler_min_lr_ratio", o => o.LrSchedulerMinLrRatio, (o, v) => o with { LrSchedulerMinLrRatio = v }, 0, 1) with
        {
            Says = "Where `cosine_with_min_lr` and `warmup_stable_decay` end, as a share of the base rate.",
            SdScripts = "",
        },
        option.Whole("lr_scheduler_timescale", o => o.LrSchedulerTimescale, (o, v) => o with { LrSchedulerTimescale = v }, 1) with
        {
            Says = "Steps of `inverse_sqrt`'s scale; without it the warm-up's, or 10,000.",
            SdScripts = "",
        },
    ]);

    /// <summary><c>lr_decay_steps</c>: last steps of <c>warmup_stable_decay</c>, or a share of all when below 1.</summary>
    public double LrDecaySteps { get; init; }

    /// <summary><c>lr_scheduler_min_lr_ratio</c>: where <c>cosine_with_min_lr</c> and <c>warmup_stable_decay</c> end, as a share of the base rate.</summary>
    public double LrSchedulerMinLrRatio { get; init; }

    /// <summary><c>lr_scheduler_timescale</c> of <c>inverse_sqrt</c>; null: the steps of the warm-up, or 10,000 without one.</summary>
    public int? LrSchedulerTimescale { get; init; }
}
