using Slipway.Engine.Jobs;
using Slipway.Tagging.Captions;

namespace Slipway.Pipeline.Jobs;

/// <summary>The caption of a picture, from the tagger.</summary>
/// <param name="Picture">What is tagged.</param>
/// <param name="Tagger">The tagger.</param>
/// <param name="Rules">How its probabilities become a caption.</param>
/// <param name="Caption">A caption for all pictures instead; null: the tagger's.</param>
public sealed record TagJob(Input Picture, [property: Inline] TaggerFiles Tagger, [property: Inline] CaptionRules Rules, string? Caption = null) : IJob
{
    /// <inheritdoc/>
    public JobKind Kind { get; } = new("Tag", 2);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [EnvironmentGroups.Skia, EnvironmentGroups.Onnx];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => [new("caption")];

    /// <inheritdoc/>
    public void Run(JobIo io) =>
        io.WriteText("caption", Caption ?? Rules.Caption(Tagger.Open(io).Run(Slipway.Imaging.Pictures.Picture.Load(io.PathOf(Picture)))));
}
