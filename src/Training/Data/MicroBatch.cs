using static TorchSharp.torch;

namespace Slipway.Training;

/// <summary>Everything that one forward pass of a training takes; recorded ones replay a training elsewhere.</summary>
/// <param name="Latents">Scaled latents [B, 4, h, w].</param>
/// <param name="Noise">With the noise offset in it [B, 4, h, w].</param>
/// <param name="Timesteps">[B], int64, 0–999.</param>
/// <param name="TimeIds">Original height and width, crop top and left, target height and width [B, 6], pixels.</param>
public sealed record MicroBatch(Tensor Latents, Tensor Noise, Tensor Timesteps, Tensor TimeIds);
