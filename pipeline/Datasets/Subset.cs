using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Datasets;

/// <summary>Pictures that a version learns from, or is measured on, and how it uses them: a subset, in sd-scripts' words.</summary>
public sealed record Subset
{
    /// <summary>The pictures, by folder.</summary>
    [Inline]
    public IReadOnlyList<PictureFolder> Folders { get; init; } = [];

    /// <summary>What becomes of transparency.</summary>
    public AlphaPolicy Alpha { get; init; }

    /// <summary>What becomes of colour profiles in the pictures.</summary>
    public ColorProfiles Profiles { get; init; }

    /// <summary>At which sizes the pictures are trained, by sd-scripts' names; null: all cut to a square.</summary>
    public BucketSizes? Buckets { get; init; }

    /// <summary>Where masks come from.</summary>
    public MaskSource Masks { get; init; }

    /// <summary>The sprite that masks are drawn of; null: none are.</summary>
    public SpriteMask? SpriteMask { get; init; }

    /// <summary>How the pictures are used.</summary>
    [Inline]
    public SubsetOptions Options { get; init; } = new();

    /// <summary>The pictures, each with its folder.</summary>
    internal IEnumerable<(PictureFolder Folder, PictureFile Picture)> Pictures => Folders.SelectMany(folder => folder.Pictures.Select(picture => (folder, picture)));

    /// <summary>The sizes that its pictures are brought to.</summary>
    /// <param name="resolution">Side of a square of the greatest area, in pixels.</param>
    internal Buckets BucketsAt(int resolution) => new((Buckets ?? BucketSizes.Square(resolution)).Options(resolution));
}

/// <summary>The sizes of a subset's buckets, with everything decided; pixels.</summary>
/// <param name="MinBucketReso">Shortest side.</param>
/// <param name="MaxBucketReso">Longest side.</param>
/// <param name="BucketResoSteps">Every side is a multiple of it.</param>
/// <param name="BucketNoUpscale">Small pictures are not enlarged.</param>
public sealed record BucketSizes(int MinBucketReso, int MaxBucketReso, int BucketResoSteps, bool BucketNoUpscale)
{
    private const int SizeMultiple = 16;

    /// <summary>As the trainer takes them.</summary>
    /// <param name="resolution">Side of a square of the greatest area.</param>
    public BucketOptions Options(int resolution) => new()
    {
        Resolution = (resolution, resolution),
        MinBucketReso = MinBucketReso,
        MaxBucketReso = MaxBucketReso,
        BucketResoSteps = BucketResoSteps,
        BucketNoUpscale = BucketNoUpscale,
        SizeMultiple = SizeMultiple,
    };

    /// <summary>One size: a square.</summary>
    public static BucketSizes Square(int resolution) => new(resolution, resolution, resolution, BucketNoUpscale: false);

    /// <summary>Of what a plan's dataset says.</summary>
    public static BucketSizes From(BucketOptions options) => new(options.MinBucketReso, options.MaxBucketReso, options.BucketResoSteps, options.BucketNoUpscale);
}
