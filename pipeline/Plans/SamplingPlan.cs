using Slipway.Diffusion.Sampling;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>How pictures are made.</summary>
/// <param name="NegativePrompt">What is not to be seen.</param>
/// <param name="Sampler">Name of the sampler, as the web UIs call it.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="Guidance">Scale of classifier-free guidance; 1 is none.</param>
/// <param name="BatchSize">Pictures that go through the UNet together.</param>
public sealed record SamplingPlan(string NegativePrompt, string Sampler, int Steps, double Guidance, int BatchSize)
{
    /// <summary>As the sampler takes it.</summary>
    /// <param name="batchSize">Pictures that go through the UNet together.</param>
    internal SamplingOptions Options(int batchSize) => new(Sampler, Steps, Guidance, batchSize);

    internal static SamplingPlan Read(MappingReader reader) => new(
        reader.TextOrEmpty("negative_prompt"),
        reader.OneOf("sampler", "Euler a", KnownNames.Samplers),
        reader.Whole("steps", 20, 1, 1000),
        reader.Number("guidance", 5, 1, 100),
        reader.Whole("batch_size", 8, 1, 1024));
}
