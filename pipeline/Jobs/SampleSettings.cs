using Slipway.Diffusion.Sampling;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Jobs;

/// <summary>What pictures are drawn of a version: every prompt with every seed.</summary>
/// <param name="Prompts">The prompts by the kind of background that they ask for.</param>
/// <param name="Seeds">The seeds of each.</param>
/// <param name="Multiplier">Strength of the LoRA.</param>
/// <param name="Sampling">How they are drawn; what goes through the UNet together counts.</param>
/// <param name="Resolution">Side in pixels of a prompt without a size of its own.</param>
public sealed record SampleSettings(IReadOnlyList<PromptPlan> Prompts, IReadOnlyList<long> Seeds, double Multiplier, [property: Inline] SamplingPlan Sampling, int Resolution)
{
    /// <summary>The pictures in order: for each kind of background each seed.</summary>
    public IReadOnlyList<SamplingRequest> Requests() =>
        [.. Prompts.SelectMany(prompt => Seeds.Select(seed => new SamplingRequest(prompt.Prompt, Sampling.NegativePrompt, seed, prompt.Size?.Width ?? Resolution, prompt.Size?.Height ?? Resolution)))];
}

/// <summary>A LoRA file at a strength, as a job knows it.</summary>
/// <param name="Name">What a picture's text calls it.</param>
/// <param name="File">The file.</param>
/// <param name="Multiplier">What its change of the weights is multiplied by.</param>
public sealed record LoraInput(string Name, Input File, double Multiplier)
{
    /// <summary>The same in the UNet alone; null: <see cref="Multiplier"/>.</summary>
    public double? UNetMultiplier { get; init; }

    /// <summary>The LoRA as pictures are drawn with it.</summary>
    internal LoraUse Use(JobIo io) => new(new LoraTag(Name, Multiplier, UNetMultiplier), io.PathOf(File));
}
