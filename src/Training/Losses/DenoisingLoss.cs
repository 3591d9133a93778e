using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Training.Data;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Training.Losses;

/// <summary>
/// The denoising objective (Ho et al. 2020): the error between the UNet's prediction and the noise (or velocity),
/// as a mean over each sample or its masked part, times the sample's own and its SNR weight, as a mean over the batch (not divided
/// by the weights' sum).
/// </summary>
/// <param name="model">The model being trained.</param>
/// <param name="function">The error of one value.</param>
/// <param name="weighting">Weight by timestep.</param>
/// <param name="masks">How a masked picture's parts count; null: as <see cref="MaskOptions"/>'s defaults say.</param>
/// <param name="schedule">How much noise a timestep holds; null: as the model's own says.</param>
public sealed class DenoisingLoss(SdxlModel model, LossFunction function, SnrWeighting weighting, MaskOptions? masks = null, NoiseSchedule? schedule = null)
{
    private readonly NoiseSchedule _schedule = schedule ?? model.Schedule;
    private readonly MaskOptions _masks = masks ?? new MaskOptions();

    /// <param name="batch">Latents, noise, timesteps, and masks and weights where there are any.</param>
    /// <param name="conditioning">Text, in the order of the batch.</param>
    /// <param name="prior">
    /// Of noisy latents [B, 4, h, w], what the model predicts without the LoRA: the target outside the masks. Null where
    /// <see cref="MaskOptions.MaskedPriorPreservationWeight"/> is 0.
    /// </param>
    /// <returns>A scalar in float32.</returns>
    public Tensor Compute(MicroBatch batch, Conditioning conditioning, Func<Tensor, Tensor>? prior = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(conditioning);
        using var scope = NewDisposeScope();
        var noisy = _schedule.AddNoise(batch.Latents, batch.InputNoise ?? batch.Noise, batch.Timesteps);
        var target = _schedule.PredictsVelocity ? _schedule.Velocity(batch.Latents, batch.Noise, batch.Timesteps) : batch.Noise;
        var predicted = model.UNet.call(noisy, batch.Timesteps, conditioning.Context, conditioning.Pooled, batch.TimeIds);
        var losses = batch.Mask is { } mask
            ? Masked(predicted, target, mask, batch.Timesteps, prior is null ? null : () => prior(noisy))
            : Errors(predicted, target, batch.Timesteps).mean([1, 2, 3]);
        return Weighted(losses, batch).mean().MoveToOuterDisposeScope();
    }

    private Tensor Masked(Tensor predicted, Tensor target, Tensor mask, Tensor timesteps, Func<Tensor>? prior)
    {
        var losses = MaskedMean.Of(Errors(predicted, target, timesteps), mask.clamp_min(_masks.UnmaskedWeight));
        if (prior is null || _masks.MaskedPriorPreservationWeight == 0)
            return losses;
        return losses + (MaskedMean.Of(Errors(predicted, prior(), timesteps), 1 - mask) * _masks.MaskedPriorPreservationWeight);
    }

    private Tensor Errors(Tensor predicted, Tensor target, Tensor timesteps) =>
        function.Compute(predicted.to(ScalarType.Float32), target.to(ScalarType.Float32), timesteps);

    private Tensor Weighted(Tensor losses, MicroBatch batch)
    {
        var own = batch.Weights is { } weights ? losses * weights : losses;
        if (weighting.IsUniform)
            return own;
        var snr = batch.Timesteps.cpu().data<long>().ToArray().Select(t => weighting[t]).ToArray();
        return own * tensor(snr).to(losses.device, non_blocking: true);
    }
}
