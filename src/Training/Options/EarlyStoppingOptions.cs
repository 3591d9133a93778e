namespace Slipway.Training.Options;

/// <summary>When a training ends before its time.</summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>Measurements without an improvement after which the training ends.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>An improvement is a loss smaller than the best by more than this.</summary>
    public double MinDelta { get; init; }

    /// <summary>Whether the weights of the best measurement are kept, and not the last ones; also where the training reaches its end.</summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>The loss that is looked at.</summary>
    public ValidationMetric Metric { get; init; } = ValidationMetric.Val;

    internal IEnumerable<string> Problems()
    {
        if (Patience < 1) yield return $"early_stopping.patience: {Patience}; use 1 or more.";
        if (!(MinDelta >= 0 && double.IsFinite(MinDelta))) yield return $"early_stopping.min_delta: {MinDelta}; use 0 or more.";
    }
}
