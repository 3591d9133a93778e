using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>When a training ends before its time.</summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<EarlyStoppingOptions> Declared { get; } = new(option =>
    [
        option.Whole("patience", o => o.Patience, (o, v) => o with { Patience = v }, 1) with { Says = "Measurements without an improvement after which the training ends." },
        option.Number("min_delta", o => o.MinDelta, (o, v) => o with { MinDelta = v }, 0) with { Says = "An improvement is a loss smaller than the best by more than this." },
        option.Switch("restore_best", o => o.RestoreBest, (o, v) => o with { RestoreBest = v }) with { Says = "Keeps the weights of the best measurement, and not the last ones." },
        option.Word("metric", o => o.Metric, (o, v) => o with { Metric = v }) with { Says = "The loss that is looked at: of the whole pictures, of the subject or of the background." },
    ]);

    /// <summary>Measurements without an improvement after which the training ends.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>An improvement is a loss smaller than the best by more than this.</summary>
    public double MinDelta { get; init; }

    /// <summary>Whether the weights of the best measurement are kept, and not the last ones; also where the training reaches its end.</summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>The loss that is looked at.</summary>
    public ValidationMetric Metric { get; init; } = ValidationMetric.Val;
}
