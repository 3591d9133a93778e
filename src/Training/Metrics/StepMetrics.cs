namespace Slipway.Training.Metrics;

/// <summary>The figures of one optimizer step.</summary>
/// <param name="Step">Counted from 1, as sd-scripts' logs do.</param>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Loss">Mean over the step's micro-batches.</param>
/// <param name="AverageLoss">Mean over the last epoch's worth of steps.</param>
/// <param name="GradNorm">L2 norm of all gradients together, before clipping; NaN where they overflowed at <see cref="LossScale"/>, so that the step was left out.</param>
/// <param name="LrUNet">The UNet's learning rate at this step; 0 when it is not trained.</param>
/// <param name="LrTextEncoder">The text encoders' learning rate at this step; 0 when they are not trained.</param>
public sealed record StepMetrics(int Step, int Epoch, double Loss, double AverageLoss, double GradNorm, double LrUNet, double LrTextEncoder)
{
    /// <summary>The second text encoder's learning rate at this step; null where it is the first's.</summary>
    public double? LrTextEncoder2 { get; init; }

    /// <summary>Losses on the validation pictures after this step; null where nothing was measured.</summary>
    public ValidationLosses? Validation { get; init; }

    /// <summary>What the loss was multiplied by before the backward pass; null where it is not scaled.</summary>
    public double? LossScale { get; init; }
}
