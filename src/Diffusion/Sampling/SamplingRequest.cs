namespace Slipway.Diffusion.Sampling;

/// <summary>One picture that is to be sampled.</summary>
/// <param name="Prompt">What is to be seen, in the syntax of <see cref="Slipway.Diffusion.Text.Prompt"/>.</param>
/// <param name="NegativePrompt">What is not, likewise; empty is encoded as the empty text, as diffusers does with "" and not with None, for which it puts zeros.</param>
/// <param name="Seed">Seeds the first noise and the ancestral noise.</param>
/// <param name="Width">Pixels; a multiple of the autoencoder's factor.</param>
/// <param name="Height">Pixels; likewise.</param>
public sealed record SamplingRequest(string Prompt, string NegativePrompt, long Seed, int Width, int Height);
