using Slipway.Diffusion.Sampling;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// A picture that the base model draws: a background, or one of the class, with its prompt as its caption. It goes through the UNet
/// alone, so that its bytes do not depend on which others are missing.
/// </summary>
/// <param name="Model">The base model.</param>
/// <param name="ModelName">What the picture calls it.</param>
/// <param name="Prompt">What is to be seen.</param>
/// <param name="Seed">Seeds the noise.</param>
/// <param name="Resolution">Side in pixels.</param>
/// <param name="Sampling">How it is made.</param>
/// <param name="IsCaptioned">Whether its prompt is written beside it.</param>
public sealed record DrawJob(
    [property: Inline] ModelUse Model, string ModelName, string Prompt, long Seed, int Resolution, [property: Inline] SamplingPlan Sampling, bool IsCaptioned = false) : IJob
{
    // What pictures are since they name the plan's own autoencoder and clip_skip.
    private const int ToldCode = 4;

    /// <summary>Name of the output with the prompt.</summary>
    public const string Caption = "caption";

    /// <summary>LoRAs in the weights, and those that the prompt names as <c>&lt;lora:name:strength&gt;</c>.</summary>
    public IReadOnlyList<LoraInput> Loras { get; init; } = [];

    /// <summary>Height in pixels, where it is not as high as wide.</summary>
    public int? Height { get; init; }

    /// <summary>Which timesteps are visited; null: as the model's configuration says.</summary>
    public string? Spacing { get; init; }

    /// <summary>What the pictures call another autoencoder than the model's own; null: it has its own.</summary>
    public string? VaeName { get; init; }

    /// <inheritdoc/>
    public JobKind Kind => new("Draw", Model.IsToldOf ? ToldCode : PictureSeries.OnceDependedOnMemory(Resolution, Height ?? Resolution) ? 3 : 2);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [.. Model.Environment, EnvironmentGroups.Skia, EnvironmentGroups.Slipway];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => IsCaptioned ? [new("image"), new(Caption)] : [new("image")];

    /// <inheritdoc/>
    public void Run(JobIo io)
    {
        IReadOnlyList<LoraUse> loras = [.. Loras.Select(lora => lora.Use(io))];
        new PictureSeries(Model.Load(io), Model.Identity(io, ModelName, VaeName), loras, io.Fact("slipway"), io.Line, io.Warn).Draw(
            [new SamplingRequest(Prompt, Sampling.NegativePrompt, Seed, Resolution, Height ?? Resolution)],
            Sampling.Options(batchSize: 1) with { Spacing = Spacing },
            [io.Output("image")],
            progress: null,
            io.Cancellation);
        if (IsCaptioned)
            io.WriteText(Caption, Prompt);
    }
}
