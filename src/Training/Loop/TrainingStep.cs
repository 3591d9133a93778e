using Slipway.Diffusion.UNets;
using Slipway.Training.Data;
using Slipway.Training.Losses;
using Slipway.Training.Networks;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;
using Slipway.Training.Schedules;
using static TorchSharp.torch;

namespace Slipway.Training.Loop;

/// <summary>
/// One optimizer step: the losses of its micro-batches, their gradients, clipping, the optimizer. A function of the seed, the
/// step's number and the values and optimizer state before it; of the loss scale too, where there is one.
/// </summary>
internal sealed class TrainingStep(
    UNet unet, TrainingOptions options, LoraNetwork network, BatchPlan plan, LrSchedule schedule, MicroBatchSource source, TextConditioning text, DenoisingLoss loss, FlatParameters parameters, IOptimizer optimizer, LossScale? scale = null, LoweredParameters? lowered = null, PriorPrediction? prior = null)
{
    private (int Number, IReadOnlyList<int[]> Batches)? _epoch;

    /// <param name="step">Counted from 0.</param>
    /// <returns>Its epoch, counted from 0; the mean loss; the gradients' norm before clipping, NaN where they overflowed at their scale and nothing was learned.</returns>
    /// <exception cref="NotFiniteNumberException">The loss or the gradients are no longer numbers; nothing has been changed.</exception>
    public (int Epoch, double Loss, double GradNorm) Take(int step)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var (epoch, batches) = plan.Step(step);
        var (start, count) = batches.GetOffsetAndLength(plan.BatchesPerEpoch);
        var losses = Enumerable.Range(start, count).Select(i => Backward(epoch, i)).ToList();
        scale?.Unscale(parameters);
        var (mean, norm) = Read(losses);
        GradientNorm.Clip(parameters, norm, options.MaxGradNorm);
        if (!double.IsFinite(mean) || !IsTaken(norm))
            throw new NotFiniteNumberException($"Training diverged at step {step + 1} of {schedule.TotalSteps}: loss {mean}, gradient norm {norm}. Use a lower learning rate, a warm-up or a lower max_grad_norm{(scale is null ? "" : ", or mixed_precision: bf16, whose numbers are larger")}.");
        if (double.IsFinite(norm))
            optimizer.Step([.. parameters.Groups.Select(group => schedule.Rate(step, options.BaseRate(group.Part) * group.LrMultiplier))]);
        parameters.ClearGradients();
        return (epoch, mean, double.IsFinite(norm) ? norm : double.NaN);
    }

    // At another scale the next step's gradients may be numbers again.
    private bool IsTaken(double norm) => scale?.Update(double.IsFinite(norm)) ?? double.IsFinite(norm);

    // The one reading of a step, at its end: each waits for all that the device has been told to do.
    private (double Mean, double Norm) Read(IReadOnlyList<Tensor> losses)
    {
        var numbers = stack([.. losses, GradientNorm.Of(parameters)]).cpu().data<float>().ToArray();
        return (numbers[..^1].Aggregate(0.0, (sum, loss) => sum + ((double)loss / losses.Count)), numbers[^1]);
    }

    // As in sd-scripts the loss is divided by the accumulation steps even where an epoch's last step takes fewer batches.
    private Tensor Backward(int epoch, int index)
    {
        using var scope = NewDisposeScope();
        var batch = Batches(epoch)[index];
        var number = ((long)epoch * plan.BatchesPerEpoch) + index;
        var drawn = source.Draw(batch, number);
        var captions = source.Captions(batch, number, new CaptionMoment(epoch + 1, (epoch * plan.StepsPerEpoch) + (index / options.GradientAccumulationSteps), schedule.TotalSteps));
        network.BeginMicroBatch(number);
        lowered?.Begin();
        var value = loss.Compute(drawn, text.For(captions), prior is null ? null : noisy => prior.Predict(noisy, drawn, captions));
        var share = options.GradientAccumulationSteps == 1 ? value : value / options.GradientAccumulationSteps;
        unet.Backward(scale is null ? share : scale.Scale(share));
        lowered?.End();
        network.EndMicroBatch();
        return value.detach().MoveToOuterDisposeScope();
    }

    private IReadOnlyList<int[]> Batches(int epoch)
    {
        if (_epoch?.Number != epoch)
            _epoch = (epoch, plan.Epoch(epoch));
        return _epoch.Value.Batches;
    }
}
