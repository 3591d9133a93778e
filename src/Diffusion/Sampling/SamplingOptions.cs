namespace Slipway.Diffusion.Sampling;

/// <summary>How pictures are sampled; the same for all pictures of a batch.</summary>
/// <param name="Sampler">One of <see cref="Slipway.Diffusion.Sampling.Sampler.Names"/>.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="Guidance">Scale of classifier-free guidance (Ho and Salimans 2022); 1 is none, and one pass of the UNet a step.</param>
/// <param name="BatchSize">Pictures that go through the UNet together.</param>
/// <param name="Spacing">One of <see cref="TimestepSpacing.Names"/>; null: the model's own.</param>
public sealed record SamplingOptions(string Sampler, int Steps, double Guidance, int BatchSize = 8, string? Spacing = null)
{
    /// <summary>Whether the autoencoder decodes in bf16 instead of its own f32: half the memory, and pixels that are off by little.</summary>
    public bool DecodesInBFloat16 { get; init; }
}
