using static TorchSharp.torch;

namespace Slipway.Training.Data;

/// <summary>Everything that one forward pass of a training takes; recorded ones replay a training elsewhere.</summary>
/// <param name="Latents">Scaled latents [B, 4, h, w].</param>
/// <param name="Noise">With the noise offset in it [B, 4, h, w].</param>
/// <param name="Timesteps">[B], int64, 0–999; on the CPU, where weights by timestep are looked up.</param>
/// <param name="TimeIds">Original height and width, crop top and left, target height and width [B, 6], pixels; on the CPU.</param>
public sealed record MicroBatch(Tensor Latents, Tensor Noise, Tensor Timesteps, Tensor TimeIds)
{
    /// <summary>The noise in what the UNet sees, where it is not that of the target [B, 4, h, w]; null: <see cref="Noise"/>.</summary>
    public Tensor? InputNoise { get; init; }

    /// <summary>How much of each place the subject covers [B, 1, h, w], 0–1, float32; null: the loss is of everything.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>Each sample's own weight [B], float32: <c>prior_loss_weight</c> of regularisation pictures; null: 1.</summary>
    public Tensor? Weights { get; init; }
}
