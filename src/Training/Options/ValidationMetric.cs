using Slipway.Training.Metrics;

namespace Slipway.Training.Options;

/// <summary>The figure that early stopping looks at.</summary>
public enum ValidationMetric
{
    /// <summary><see cref="ValidationLosses.Total"/>.</summary>
    Val,

    /// <summary><see cref="ValidationLosses.Subject"/>.</summary>
    ValSubject,

    /// <summary><see cref="ValidationLosses.Background"/>.</summary>
    ValBackground,
}
