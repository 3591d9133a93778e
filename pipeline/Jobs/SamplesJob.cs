using System.Globalization;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Drawing;

namespace Slipway.Pipeline.Jobs;

/// <summary>Sample pictures of one version, or of the base model without a LoRA: every evaluation prompt with every seed.</summary>
/// <param name="Model">The base model.</param>
/// <param name="ModelName">What the pictures call it.</param>
/// <param name="Loras">The LoRAs, in the order in which they are laid over one another; none for the base model.</param>
/// <param name="Samples">What is drawn.</param>
public sealed record SamplesJob([property: Inline] ModelUse Model, string ModelName, IReadOnlyList<LoraInput> Loras, [property: Inline] SampleSettings Samples) : IJob
{
    // What pictures are since they name the plan's own autoencoder and clip_skip.
    private const int ToldCode = 4;

    /// <summary>What the pictures call another autoencoder than the model's own; null: it has its own.</summary>
    public string? VaeName { get; init; }

    /// <inheritdoc/>
    public JobKind Kind => new("Samples", Model.IsToldOf ? ToldCode : Samples.Requests().Any(request => PictureSeries.OnceDependedOnMemory(request.Width, request.Height)) ? 3 : 2);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [.. Model.Environment, EnvironmentGroups.Skia, EnvironmentGroups.Slipway];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => [.. Enumerable.Range(0, Samples.Prompts.Count * Samples.Seeds.Count).Select(number => new JobOutput(NameOf(number)))];

    /// <summary>Name of the output with a picture.</summary>
    /// <param name="number">From 0, in the order of <see cref="SampleSettings.Requests"/>.</param>
    public static string NameOf(int number) => number.ToString("D3", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Run(JobIo io)
    {
        var requests = Samples.Requests();
        IReadOnlyList<LoraUse> loras = [.. Loras.Select(lora => lora.Use(io))];
        new PictureSeries(Model.Load(io), Model.Identity(io, ModelName, VaeName), loras, io.Fact("slipway"), io.Line, io.Warn).Draw(
            requests,
            Samples.Sampling.Options(Samples.Sampling.BatchSize),
            [.. requests.Select((_, number) => io.Output(NameOf(number)))],
            step => io.Report(step.Finished, requests.Count, $"step {step.Step} of {step.Steps}"),
            io.Cancellation);
        io.Report(requests.Count, requests.Count, null);
    }
}
