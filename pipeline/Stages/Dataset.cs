using Slipway.Engine.Caching;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Stages;

/// <summary>Pictures and captions of one subset that versions learn from, in order.</summary>
/// <param name="Plan">Where they come from.</param>
/// <param name="Entries">The files' hashes, as inputs of the training.</param>
/// <param name="Files">What is there; empty while it has yet to be made.</param>
internal sealed record Dataset(DatasetPlan Plan, IReadOnlyList<FingerprintEntry> Entries, IReadOnlyList<DatasetFile> Files)
{
    private static readonly BucketPlan Square = new(EnableBucket: false, null, null, null, BucketNoUpscale: false);

    /// <summary>What masks are made of, beside the pictures: inputs of a training that uses them.</summary>
    public IReadOnlyList<FingerprintEntry> MaskEntries { get; init; } = [];

    /// <summary>Hashes of what the pictures were made of: the backgrounds of composites.</summary>
    public IReadOnlyList<ContentHash> Sources { get; init; } = [];

    /// <summary>Pictures that have yet to be made.</summary>
    public int Pending { get; init; }

    /// <summary>Subfolders that were skipped, and why.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>At which sizes its pictures are trained.</summary>
    /// <param name="resolution">Side of a square of the greatest area, in pixels.</param>
    public BucketOptions BucketOptions(int resolution) => (Plan.Buckets ?? Square).Options(resolution);

    /// <summary>
    /// Decodes everything for the trainer: a user's pictures at the sizes of their buckets, whose area is at most
    /// <paramref name="resolution"/>², all others at <paramref name="resolution"/> pixels a side.
    /// </summary>
    /// <param name="resolution">Pixels.</param>
    /// <param name="subset">How the pictures are used.</param>
    /// <param name="masked">Whether masks are needed.</param>
    /// <exception cref="InvalidDataException">Pictures and masks that are damaged, or have alpha without a policy: all of them, a line each.</exception>
    public IReadOnlyList<TrainingImage> Read(int resolution, SubsetOptions subset, bool masked)
    {
        var buckets = new Buckets(BucketOptions(resolution));
        var images = new List<TrainingImage>();
        var problems = new List<string>();
        foreach (var file in Files)
        {
            try
            {
                images.Add(Read(file, buckets, subset, masked));
            }
            catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException)
            {
                problems.Add(exception.Message);
            }
        }

        return problems.Count == 0 ? images : throw new InvalidDataException(string.Join("\n", problems));
    }

    private TrainingImage Read(DatasetFile file, Buckets buckets, SubsetOptions subset, bool masked)
    {
        var policy = Plan.Source == DatasetSource.Folder ? Plan.Alpha : Slipway.Imaging.Pictures.AlphaPolicy.Refuse;
        var loaded = Picture.Load(file.Picture);
        var mask = masked ? file.Mask?.Invoke(loaded) : null;
        var picture = policy.Apply(loaded, file.Picture);
        var fit = Fit(picture, file.Picture, buckets);
        var resized = PictureFitting.Resize(picture, fit);
        var resizedMask = mask is null ? null : PictureFitting.Resize(mask, fit);
        return new TrainingImage(file.Name, PictureFitting.Crop(resized, fit).ToRgb(), fit.Bucket.Width, fit.Bucket.Height, file.Caption(subset.Caption?.EnableWildcard == true), file.Repeats)
        {
            OriginalSize = (picture.Height, picture.Width),
            CropTopLeft = (fit.Trim.Top, fit.Trim.Left),
            ResizedSize = (fit.Resized.Height, fit.Resized.Width),
            Mask = resizedMask is null ? null : PictureFitting.Crop(resizedMask, fit).ToGrey(),
            Subset = subset,
            Uncropped = subset.RandomCrop ? new UncroppedImage(resized.ToRgb(), resizedMask?.ToGrey(), resized.Width, resized.Height) : null,
        };
    }

    /// <summary>How a picture gets to the size that it is trained at.</summary>
    /// <exception cref="InvalidDataException">No bucket takes it.</exception>
    internal static BucketFit Fit(Picture picture, string path, Buckets buckets) => Fit((picture.Width, picture.Height), path, buckets);

    /// <inheritdoc cref="Fit(Picture, string, Buckets)"/>
    internal static BucketFit Fit((int Width, int Height) size, string path, Buckets buckets)
    {
        try
        {
            return buckets.Fit(size.Width, size.Height);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"Picture '{path}': {exception.Message}", exception);
        }
    }
}
