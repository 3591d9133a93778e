namespace Slipway.Diffusion;

/// <summary>One picture to be made.</summary>
/// <param name="Prompt">What is to be seen.</param>
/// <param name="NegativePrompt">What is not; empty is encoded as the empty text, not zeroed.</param>
/// <param name="Seed">Seeds the first noise and the ancestral noise.</param>
/// <param name="Width">Pixels; a multiple of the autoencoder's factor.</param>
/// <param name="Height">Pixels; likewise.</param>
public sealed record SamplingRequest(string Prompt, string NegativePrompt, long Seed, int Width, int Height);

/// <summary>How pictures are made; the same for all of a batch.</summary>
/// <param name="Sampler">One of <see cref="Sampler.Names"/>.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="Guidance">Scale of classifier-free guidance (Ho and Salimans 2022); 1 is none.</param>
/// <param name="BatchSize">Pictures that go through the UNet together.</param>
public sealed record SamplingOptions(string Sampler, int Steps, double Guidance, int BatchSize = 8);
