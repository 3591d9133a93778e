using Slipway.Diffusion.Sampling;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>How pictures are made.</summary>
public sealed record SamplingPlan
{
    /// <summary>Its options.</summary>
    public static OptionTable<SamplingPlan> Declared { get; } = new(option =>
    [
        option.TextOrEmpty("negative_prompt", o => o.NegativePrompt, (o, v) => o with { NegativePrompt = v }) with { Says = "What is not to be seen." },
        option.Word("sampler", o => o.Sampler, (o, v) => o with { Sampler = v }, SamplerNames.All) with { Says = "The way from noise to a picture, as the web UIs call it." },
        option.Whole("steps", o => o.Steps, (o, v) => o with { Steps = v }, 1, 1000) with { Says = "Steps of the sampler." },
        option.Number("guidance", o => o.Guidance, (o, v) => o with { Guidance = v }, 1, 100) with { Says = "Scale of classifier-free guidance (CFG); 1: none." },
        option.Whole("batch_size", o => o.BatchSize, (o, v) => o with { BatchSize = v }, 1, 1024) with { Says = "Pictures that go through the UNet together: speed and memory, not content." },
        option.Word("decode_precision", o => o.DecodePrecision, (o, v) => o with { DecodePrecision = v }, [Full, BFloat16]) with { Says = "Precision that the autoencoder decodes in: `no` is 32 bits. `bf16` takes half the memory and moves pixels by at most 6 of 255 (0.2 in the mean); it is quicker where a card or processor computes in it." },
    ]);

    /// <summary><see cref="DecodePrecision"/>: 32 bits.</summary>
    public const string Full = "no";

    /// <summary><see cref="DecodePrecision"/>: bfloat16.</summary>
    public const string BFloat16 = "bf16";

    /// <summary>What is not to be seen.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Name of the sampler, as the web UIs call it.</summary>
    public string Sampler { get; init; } = SamplerNames.EulerAncestral;

    /// <summary>Number of steps.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Scale of classifier-free guidance; 1 is none.</summary>
    public double Guidance { get; init; } = 5;

    /// <summary>Pictures that go through the UNet together.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>What the autoencoder decodes in: <see cref="Full"/> or <see cref="BFloat16"/>.</summary>
    public string DecodePrecision { get; init; } = Full;

    /// <summary>As the sampler takes it.</summary>
    /// <param name="batchSize">Pictures that go through the UNet together.</param>
    internal SamplingOptions Options(int batchSize) => new(Sampler, Steps, Guidance, batchSize) { DecodesInBFloat16 = DecodePrecision == BFloat16 };
}
