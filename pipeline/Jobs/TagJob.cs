using Slipway.Engine.Caching;
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
    public IReadOnlyList<string> Environment => [EnvironmentGroups.Skia, .. Tagger.Environment];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => [new("caption")];

    /// <inheritdoc/>
    public void Run(JobIo io)
    {
        if (Caption is not null)
        {
            io.WriteText("caption", Caption);
            return;
        }

        var probabilities = Tagger.Open(io).Run(Slipway.Imaging.Pictures.Picture.Load(io.PathOf(Picture)));
        io.WriteText("caption", Rules.Caption(probabilities));
        KeptTags.Keep(io.Kept, KeyOfTags(input => io.HashOf(input)), Rules.Taken(probabilities));
    }

    /// <summary>Where the tags that the tagger sees in the picture are kept.</summary>
    /// <param name="hashOf">An input's content.</param>
    internal ContentHash KeyOfTags(Func<Input, ContentHash> hashOf) =>
        KeptTags.KeyOf(hashOf(Picture), hashOf(Tagger.Tagger), hashOf(Tagger.TaggerTags), Rules.GeneralThreshold, Rules.CharacterThreshold);
}
