using Slipway.Training.Metrics;

namespace Slipway.Build.Benches.Device;

/// <summary>Keeps the figures of the step that was taken last.</summary>
internal sealed class LastStep : IMetricsSink
{
    private StepMetrics? _figures;

    /// <summary>The figures.</summary>
    /// <exception cref="InvalidOperationException">No step was taken.</exception>
    public StepMetrics Figures => _figures ?? throw new InvalidOperationException("The training took no step.");

    /// <inheritdoc/>
    public void Write(StepMetrics metrics) => _figures = metrics;
}
