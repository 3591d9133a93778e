using System.Globalization;
using Slipway.Training.Metrics;

namespace Slipway.Training.Loop;

/// <summary>How far a training is after a step.</summary>
/// <param name="Metrics">Figures of the step just taken.</param>
/// <param name="Steps">Number of optimizer steps in the whole training.</param>
/// <param name="TimeLeft">At the pace of this run so far.</param>
public sealed record TrainingProgress(StepMetrics Metrics, int Steps, TimeSpan TimeLeft)
{
    /// <summary>A line such as <c>loss 0.0412, gradient norm 0.031, learning rate 0.004, 1:00:37 left</c>.</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"loss {Metrics.AverageLoss:F4}, {Norm}, learning rate {Metrics.LrUNet:G3}, {Clock} left");

    private string Norm => double.IsNaN(Metrics.GradNorm)
        ? string.Create(CultureInfo.InvariantCulture, $"left out as gradients overflowed at a loss scale of {Metrics.LossScale}")
        : string.Create(CultureInfo.InvariantCulture, $"gradient norm {Metrics.GradNorm:F3}");

    private string Clock => TimeLeft.TotalHours < 1
        ? TimeLeft.ToString("mm\\:ss", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(long)TimeLeft.TotalHours}:{TimeLeft:mm\\:ss}");
}
