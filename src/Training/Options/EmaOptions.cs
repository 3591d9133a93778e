using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>The exponential moving average of the weights.</summary>
public sealed record EmaOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<EmaOptions> Declared { get; } = new(option =>
    [
        option.Number("ema_decay", o => o.EmaDecay, (o, v) => o with { EmaDecay = v }, 1e-6, 0.999999) with
        {
            Says = "Keeps a moving average of the weights with this memory, and evaluates and saves that.",
        },
    ]);

    /// <summary><c>ema_decay</c>, such as 0.995: the average is what is evaluated and saved. Null: none is kept.</summary>
    public double? EmaDecay { get; init; }
}
