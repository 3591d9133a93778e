namespace Slipway.Training.Options;

/// <summary>The exponential moving average of the weights.</summary>
public sealed record EmaOptions
{
    /// <summary><c>ema_decay</c>, such as 0.995: the average is what is evaluated and saved. Null: none is kept.</summary>
    public double? Decay { get; init; }

    internal IEnumerable<string> Problems()
    {
        if (Decay is { } decay && !(decay > 0 && decay < 1)) yield return $"ema_decay: {decay}; use more than 0 and less than 1, or leave it out.";
    }
}
