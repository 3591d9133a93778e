using System.Globalization;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Drawing;
using Slipway.Training.LoraFiles;
using Slipway.Training.Metadata;
using Slipway.Training.Options;
using Slipway.Training.Validation;
using TorchSharp;

namespace Slipway.Pipeline.Jobs;

/// <summary>A LoRA made of trained ones: the true weighted sum, decomposed to a rank; and where it is measured, what was measured.</summary>
/// <param name="Model">The base model: its threads, and what is measured with it.</param>
/// <param name="OutputName">Name of the LoRA, which is in its metadata.</param>
/// <param name="Members">The LoRAs with their ratios.</param>
/// <param name="Rank">Rank of the sum.</param>
/// <param name="ConvRank">Rank beside 3×3 convolutions.</param>
public sealed record EnsembleJob([property: Inline] ModelUse Model, string OutputName, IReadOnlyList<LoraInput> Members, int Rank, int ConvRank) : IJob
{
    /// <summary>How and on what it is measured; null: it is not.</summary>
    public Measurement? Validation { get; init; }

    /// <summary>What the file says of itself.</summary>
    [Inline]
    public ModelSpecOptions ModelSpec { get; init; } = new();

    /// <summary>A picture to show the LoRA by, a small one of which is in its metadata; null: none.</summary>
    public Input? Thumbnail { get; init; }

    /// <inheritdoc/>
    public JobKind Kind { get; } = new("Ensemble", 3);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [.. Model.Environment, EnvironmentGroups.Skia];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => Validation is null ? [new("lora")] : [new("lora"), new("validation")];

    /// <inheritdoc/>
    public void Run(JobIo io)
    {
        ModelLoader.UseThreads(Model.Threads);
        var files = new List<LoraLayers>();
        try
        {
            foreach (var member in Members)
                files.Add(LoraLayers.Open(io.PathOf(member.File), member.Multiplier, member.Name));
            var ranks = new RankChoice { Dim = Rank, ConvDim = ConvRank };
            var report = LoraSum.Write(files, ranks, io.Output("lora"), torch.ScalarType.Float32, (done, all) => io.Report(done, all, null), OutputName, Said(io), io.Cancellation);
            io.Line($"{io.Stage}: {string.Join(" + ", Members.Select(member => string.Create(CultureInfo.InvariantCulture, $"{member.Multiplier:G3} {member.Name}")))}, {report.Layers} layers; {report.Error}");
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }

        if (Validation is not null)
            io.WriteText("validation", Measure(io, Validation).ToJson());
    }

    private IReadOnlyDictionary<string, string> Said(JobIo io) =>
        LoraMetadata.OfModelSpec(ModelSpec, Thumbnail is null ? null : Drawing.Thumbnail.DataUrl(Picture.Load(io.PathOf(Thumbnail))));

    private KeptMeasurement Measure(JobIo io, Measurement validation)
    {
        // Nothing was learned here: what the members learned from was held against the pictures when they were trained.
        var images = TrainingSet.Reader(validation.Pictures, validation.Resolution, io).Read();
        var model = Model.Load(io);
        using var measure = new Validator(model, images, validation.Timesteps, validation.Weighting, validation.Seed, io.Cancellation);
        using var network = LoraFile.Load(model, io.Output("lora"));
        network.Attach();
        return KeptMeasurement.From(null, null, measure.Measure(io.Cancellation));
    }

    /// <summary>How and on what a LoRA is measured.</summary>
    /// <param name="Pictures">The pictures, with masks.</param>
    /// <param name="Resolution">Side in pixels.</param>
    /// <param name="Timesteps">How many timesteps each is measured at.</param>
    /// <param name="Weighting">What each timestep counts.</param>
    /// <param name="Seed">Seeds the noise.</param>
    public sealed record Measurement([property: Inline] Subset Pictures, int Resolution, int Timesteps, SnrWeightingOptions Weighting, long Seed);
}
