namespace Slipway.Training.Options;

/// <summary>How the error of a prediction is measured, under sd-scripts' option names and with its defaults.</summary>
public sealed record LossOptions
{
    /// <summary>The known values of <c>loss_type</c>.</summary>
    public static IReadOnlyList<string> LossTypes { get; } = ["l2", "l1", "huber", "smooth_l1"];

    /// <summary>The known values of <c>huber_schedule</c>.</summary>
    public static IReadOnlyList<string> HuberSchedules { get; } = ["constant", "exponential", "snr"];

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

    internal IEnumerable<string> Problems()
    {
        if (!LossTypes.Contains(LossType, StringComparer.Ordinal)) yield return $"loss_type: '{LossType}' is not known; use one of {string.Join(", ", LossTypes)}.";
        if (!HuberSchedules.Contains(HuberSchedule, StringComparer.Ordinal)) yield return $"huber_schedule: '{HuberSchedule}' is not known; use one of {string.Join(", ", HuberSchedules)}.";
        if (!(HuberC > 0)) yield return $"huber_c: {HuberC}; use more than 0.";
        if (!(HuberScale > 0)) yield return $"huber_scale: {HuberScale}; use more than 0.";
        if (!(PriorLossWeight >= 0)) yield return $"prior_loss_weight: {PriorLossWeight}; use 0 or more.";
    }
}
