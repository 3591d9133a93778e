using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>How the error of a prediction is measured, under sd-scripts' option names and with its defaults.</summary>
public sealed record LossOptions
{
    /// <summary>The words of <see cref="LossType"/>.</summary>
    public static IReadOnlyList<string> LossTypes { get; } = ["l2", "l1", "huber", "smooth_l1"];

    /// <summary>The words of <see cref="HuberSchedule"/>.</summary>
    public static IReadOnlyList<string> HuberSchedules { get; } = ["constant", "exponential", "snr"];

    /// <summary>Its options.</summary>
    public static OptionTable<LossOptions> Declared { get; } = new(option =>
    [
        option.Word("loss_type", o => o.LossType, (o, v) => o with { LossType = v }, LossTypes) with
        {
            Says = "What the difference between prediction and target counts.",
            SdScripts = "l2",
            Metadata = new("ss_loss_type"),
        },
        option.Word("huber_schedule", o => o.HuberSchedule, (o, v) => o with { HuberSchedule = v }, HuberSchedules) with
        {
            Says = "How the threshold of `huber` and `smooth_l1` follows the timestep.",
            SdScripts = "snr",
            Metadata = new("ss_huber_schedule"),
        },
        option.Positive("huber_c", o => o.HuberC, (o, v) => o with { HuberC = v }) with
        {
            Says = "The threshold of `huber` and `smooth_l1`, or its least value where the schedule lets it fall with the noise.",
            SdScripts = "0.1",
            Metadata = new("ss_huber_c"),
        },
        option.Positive("huber_scale", o => o.HuberScale, (o, v) => o with { HuberScale = v }) with
        {
            Says = "Multiplies the threshold of the schedules `constant` and `exponential`.",
            SdScripts = "1.0",
            Metadata = new("ss_huber_scale"),
        },
        option.Number("prior_loss_weight", o => o.PriorLossWeight, (o, v) => o with { PriorLossWeight = v }, 0) with
        {
            Says = "Weight of a regularisation picture's loss.",
            SdScripts = "1.0",
            Metadata = new("ss_prior_loss_weight"),
        },
    ]);

    /// <summary>One of <see cref="LossTypes"/>.</summary>
    public string LossType { get; init; } = "l2";

    /// <summary>One of <see cref="HuberSchedules"/>: how the threshold of <c>huber</c> and <c>smooth_l1</c> follows the timestep.</summary>
    public string HuberSchedule { get; init; } = "snr";

    /// <summary>The threshold, or its least value where the schedule lets it fall with the noise.</summary>
    public double HuberC { get; init; } = 0.1;

    /// <summary>Multiplies the threshold of the schedules <c>constant</c> and <c>exponential</c> (sd-scripts' <c>snr</c> ignores it too).</summary>
    public double HuberScale { get; init; } = 1;

    /// <summary><c>prior_loss_weight</c>: weight of a regularisation picture's loss.</summary>
    public double PriorLossWeight { get; init; } = 1;
}
