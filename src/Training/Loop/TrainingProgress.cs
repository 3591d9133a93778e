using Slipway.Training.Metrics;

namespace Slipway.Training.Loop;

/// <summary>How far a training is after a step.</summary>
/// <param name="Metrics">Figures of the step just taken.</param>
/// <param name="Steps">Number of optimizer steps in the whole training.</param>
/// <param name="TimeLeft">At the pace of this run so far.</param>
public sealed record TrainingProgress(StepMetrics Metrics, int Steps, TimeSpan TimeLeft);
