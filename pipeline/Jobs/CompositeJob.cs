using Slipway.Engine.Jobs;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;
using Slipway.Imaging.Resampling;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Jobs;

/// <summary>The sprite on a background.</summary>
/// <param name="Sprite">The mascot, cut out.</param>
/// <param name="Background">What it is put on.</param>
/// <param name="Seed">Its place, size, tilt and shadow follow from it.</param>
/// <param name="Options">The ranges to draw from.</param>
public sealed record CompositeJob(FileRef Sprite, Input Background, ulong Seed, [property: Inline] CompositeOptions Options) : IJob
{
    /// <summary>The size that the background is brought to, cut so that it covers it; null: it is as it is.</summary>
    public PictureSize? Size { get; init; }

    /// <summary>What becomes of a colour profile in the sprite and in the background.</summary>
    public ColorProfiles Profiles { get; init; }

    /// <inheritdoc/>
    public JobKind Kind { get; } = new("Composite", 4);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [EnvironmentGroups.Skia];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => [new("image")];

    /// <summary>A seed of its own for every picture: the plan's in the upper half, the picture's number, or one that follows from a photo's name, in the lower.</summary>
    public static ulong SeedOf(long seed, uint number) => ((ulong)seed << 32) + (ulong)number;

    /// <inheritdoc/>
    public void Run(JobIo io)
    {
        var compositor = io.Live(io.HashOf(Sprite), () => new Compositor(Picture.Load(io.PathOf(Sprite), Profiles), io.NameOf(Sprite)));
        var background = Picture.Load(io.PathOf(Background), Profiles);
        compositor.Compose(Size is null ? background : Resampler.Cover(background.Flatten(255, 255, 255), Size.Width, Size.Height), Options, Seed).Picture.SavePng(io.Output("image"));
    }
}
