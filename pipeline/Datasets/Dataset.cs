using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Versions;

namespace Slipway.Pipeline.Datasets;

/// <summary>A dataset of the plan: its pictures, made or yet to be made, whoever learns from them.</summary>
/// <param name="Plan">Where they come from.</param>
/// <param name="Folders">The pictures.</param>
internal sealed record Dataset(DatasetPlan Plan, IReadOnlyList<PictureFolder> Folders)
{
    /// <summary>Where masks would come from.</summary>
    public MaskSource Masks { get; init; }

    /// <summary>What becomes of colour profiles in the pictures.</summary>
    public ColorProfiles Profiles { get; init; }

    /// <summary>The sprite that masks would be drawn of.</summary>
    public SpriteMask? SpriteMask { get; init; }

    /// <summary>What the pictures are made of: the backgrounds of composites.</summary>
    public IReadOnlyList<NamedFile> Backgrounds { get; init; } = [];

    /// <summary>Subfolders that were skipped, and why.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Its pictures with their folders.</summary>
    public IEnumerable<DatasetPicture> Pictures => Folders.SelectMany(folder => folder.Pictures.Select(file => new DatasetPicture(Plan.Key, folder, file)));

    /// <summary>What a version learns from it.</summary>
    /// <param name="version">The version.</param>
    /// <param name="resolution">Side of a square of the greatest area, in pixels.</param>
    public Subset ForVersion(VersionPlan version, int resolution) => ForUse(resolution, version.Training.Mask.MaskedLoss) with { Options = version.Subset(Plan) };

    /// <summary>The pictures, with masks or without.</summary>
    public Subset ForUse(int resolution, bool masked) => new()
    {
        Folders = masked ? Folders : WithoutMasks(),
        Alpha = Plan.Source == DatasetSource.Folder ? Plan.Alpha : AlphaPolicy.Refuse,
        Profiles = Profiles,
        Buckets = Plan.Buckets is { } buckets ? BucketSizes.From(buckets.Options(resolution)) : null,
        Masks = masked ? Masks : MaskSource.None,
        SpriteMask = masked ? SpriteMask : null,
    };

    // What a training without masks does not read is not in its job.
    private IReadOnlyList<PictureFolder> WithoutMasks() => Masks is MaskSource.None or MaskSource.Alpha or MaskSource.FlatSprite
        ? Folders
        : _withoutMasks ??= [.. Folders.Select(folder => folder with { Pictures = [.. folder.Pictures.Select(picture => picture with { Mask = null, MaskSeed = 0 })] })];

    private IReadOnlyList<PictureFolder>? _withoutMasks;
}
