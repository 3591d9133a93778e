namespace Slipway.Training.Metrics;

/// <summary>
/// Takes the figures of every step in order. A resumed training writes all earlier steps again first,
/// so a sink starts its file anew and never has to mend an old one.
/// </summary>
public interface IMetricsSink
{
    /// <summary>Takes a step's figures; called once for each step, in order.</summary>
    void Write(StepMetrics metrics);
}
