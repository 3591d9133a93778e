using Slipway.Engine.Jobs;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;

namespace Slipway.Pipeline.Jobs;

/// <summary>The sprite alone on one colour, and its caption.</summary>
/// <param name="Sprite">The mascot, cut out.</param>
/// <param name="Alpha">The colour.</param>
/// <param name="Caption">Its caption.</param>
/// <param name="Scale">Height of the sprite, as a share of the picture's.</param>
/// <param name="Resolution">Side in pixels.</param>
public sealed record FlatPictureJob(FileRef Sprite, AlphaPolicy Alpha, string Caption, double Scale, int Resolution) : IJob
{
    /// <summary>What becomes of a colour profile in the sprite.</summary>
    public ColorProfiles Profiles { get; init; }

    /// <inheritdoc/>
    public JobKind Kind { get; } = new("Flat picture", 4);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [EnvironmentGroups.Skia];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => [new("image"), new("caption")];

    /// <inheritdoc/>
    public void Run(JobIo io)
    {
        var shade = Alpha == AlphaPolicy.Black ? (byte)0 : (byte)255;
        new Compositor(Picture.Load(io.PathOf(Sprite), Profiles), io.NameOf(Sprite)).OnFlat(Resolution, Scale, shade, shade, shade).SavePng(io.Output("image"));
        io.WriteText("caption", Caption);
    }
}
