using static TorchSharp.torch;

namespace Slipway.Diffusion.Sampling;

/// <summary>A step of a sampler that has been made.</summary>
/// <param name="Finished">Pictures finished in earlier batches.</param>
/// <param name="Batch">Pictures in this one.</param>
/// <param name="Step">Steps made, from 1.</param>
/// <param name="Steps">Steps of a picture.</param>
/// <param name="Latents">The latents now, in k-diffusion's scale [B, 4, h, w]; the sampler's own, to look at and not to keep.</param>
public sealed record SamplingStep(int Finished, int Batch, int Step, int Steps, Tensor Latents);
