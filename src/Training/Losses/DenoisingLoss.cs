using Slipway.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training;

/// <summary>
/// The denoising objective (Ho et al. 2020): the error between the UNet's prediction and the noise (or velocity),
/// as a mean over each sample, times the sample's SNR weight, as a mean over the batch (not divided by the weights' sum).
/// </summary>
/// <param name="model">The model being trained.</param>
/// <param name="function">The error of one value.</param>
/// <param name="weighting">Weight by timestep.</param>
public sealed class DenoisingLoss(SdxlModel model, LossFunction function, SnrWeighting weighting)
{
    /// <param name="batch">Latents, noise and timesteps.</param>
    /// <param name="conditioning">Text, in the order of the batch.</param>
    /// <returns>A scalar in float32.</returns>
    public Tensor Compute(MicroBatch batch, Conditioning conditioning)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(conditioning);
        using var scope = NewDisposeScope();
        var schedule = model.Schedule;
        var noisy = schedule.AddNoise(batch.Latents, batch.Noise, batch.Timesteps);
        var target = schedule.PredictsVelocity ? schedule.Velocity(batch.Latents, batch.Noise, batch.Timesteps) : batch.Noise;
        var predicted = model.UNet.call(noisy, batch.Timesteps, conditioning.Context, conditioning.Pooled, batch.TimeIds);
        var errors = function.Compute(predicted.to(ScalarType.Float32), target.to(ScalarType.Float32), batch.Timesteps);
        return Weighted(errors.mean([1, 2, 3]), batch.Timesteps).mean().MoveToOuterDisposeScope();
    }

    private Tensor Weighted(Tensor losses, Tensor timesteps)
    {
        if (weighting.IsUniform)
            return losses;
        var weights = timesteps.cpu().data<long>().ToArray().Select(t => weighting[t]).ToArray();
        return losses * tensor(weights, device: losses.device);
    }
}
