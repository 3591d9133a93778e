using Slipway.Engine.Jobs;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;

namespace Slipway.Pipeline.Jobs;

/// <summary>The sprite on a background.</summary>
/// <param name="Sprite">The mascot, cut out.</param>
/// <param name="Background">What it is put on.</param>
/// <param name="Seed">Its place, size, tilt and shadow follow from it.</param>
/// <param name="Options">The ranges to draw from.</param>
public sealed record CompositeJob(FileRef Sprite, Input Background, ulong Seed, [property: Inline] CompositeOptions Options) : IJob
{
    /// <summary>What becomes of a colour profile in the sprite and in the background.</summary>
    public ColorProfiles Profiles { get; init; }

    /// <inheritdoc/>
    public JobKind Kind { get; } = new("Composite", 3);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [EnvironmentGroups.Skia];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => [new("image")];

    /// <summary>A seed of its own for every picture: the plan's in the upper half, the picture's number in the lower.</summary>
    public static ulong SeedOf(long seed, int number) => ((ulong)seed << 32) + (ulong)number;

    /// <inheritdoc/>
    public void Run(JobIo io)
    {
        var compositor = io.Live(io.HashOf(Sprite), () => new Compositor(Picture.Load(io.PathOf(Sprite), Profiles), io.NameOf(Sprite)));
        compositor.Compose(Picture.Load(io.PathOf(Background), Profiles), Options, Seed).Picture.SavePng(io.Output("image"));
    }
}
