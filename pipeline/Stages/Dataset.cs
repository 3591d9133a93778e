using Slipway.Imaging;
using Slipway.Pipeline.Caching;
using Slipway.Pipeline.Configuration;
using Slipway.Training;
using AlphaPolicy = Slipway.Imaging.AlphaPolicy;

namespace Slipway.Pipeline.Stages;

/// <summary>What a version learns from: picture and caption files, in order.</summary>
/// <param name="Plan">Where they come from.</param>
/// <param name="Entries">The files' hashes, as inputs of the training.</param>
/// <param name="Files">Picture and caption paths; empty while they have yet to be made.</param>
internal sealed record Dataset(
    DatasetPlan Plan, IReadOnlyList<FingerprintEntry> Entries, IReadOnlyList<(string Picture, string Caption)> Files)
{
    /// <summary>The sprite on one colour.</summary>
    public static Dataset Of(DatasetPlan plan, StageOutcome flat) => new(
        plan,
        [.. flat.Entries("image"), .. flat.Entries("caption", slot: 1)],
        [.. flat.Items.Where(item => !item.IsPending).Select(item => (item.Files[0].Path, item.Files[1].Path))]);

    /// <summary>The composites and their captions.</summary>
    public static Dataset Of(DatasetPlan plan, StageOutcome composites, StageOutcome tags) => new(
        plan,
        [.. composites.Entries("image"), .. tags.Entries("caption")],
        [.. composites.Items.Zip(tags.Items).Where(pair => !pair.First.IsPending && !pair.Second.IsPending)
            .Select(pair => (pair.First.Files[0].Path, pair.Second.Files[0].Path))]);

    /// <summary>A folder of the user's: pictures with a <c>.txt</c> or <c>.caption</c> of the same name beside each.</summary>
    /// <exception cref="InvalidDataException">No pictures, pictures without caption, captions without picture: all at once.</exception>
    public static Dataset Of(DatasetPlan plan, string folder, FileHasher hasher)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"Dataset `{plan.Key}`: folder '{plan.Folder}' does not exist.");
        }

        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToArray();
        var pictures = files.Where(file => Path.GetExtension(file).ToUpperInvariant() is ".PNG" or ".JPG" or ".JPEG" or ".WEBP").ToArray();
        var captions = files.Where(file => Path.GetExtension(file) is ".txt" or ".caption").ToLookup(file => Path.GetFileNameWithoutExtension(file)!, StringComparer.Ordinal);
        var names = pictures.Select(file => Path.GetFileNameWithoutExtension(file)!).ToHashSet(StringComparer.Ordinal);
        string[] problems =
        [
            .. pictures.Length == 0 ? ["no picture (PNG, JPEG or WebP) in it"] : Array.Empty<string>(),
            .. names.Where(name => plan.Caption is null && !captions.Contains(name)).Select(name => $"picture '{name}' has no caption ({name}.txt)"),
            .. captions.Where(group => !names.Contains(group.Key)).Select(group => $"caption '{group.Key}' has no picture"),
        ];
        if (problems.Length > 0)
        {
            throw new InvalidDataException($"Dataset `{plan.Key}`, folder '{plan.Folder}': {string.Join("; ", problems)}.");
        }

        return new Dataset(
            plan,
            [
                .. pictures.Select(file => FingerprintEntry.File($"image/{Path.GetFileName(file)}", file, hasher)),
                .. captions.SelectMany(group => group).Select(file => FingerprintEntry.File($"caption/{Path.GetFileName(file)}", file, hasher)),
            ],
            [.. pictures.Select(file => (file, captions[Path.GetFileNameWithoutExtension(file)].FirstOrDefault() ?? string.Empty))]);
    }

    /// <summary>
    /// Decodes everything for the trainer: a user's pictures at the sizes of their buckets, whose area is at most
    /// <paramref name="resolution"/>², all others at <paramref name="resolution"/> pixels a side.
    /// </summary>
    /// <exception cref="InvalidDataException">A picture is damaged, has alpha without a policy, or a caption is empty.</exception>
    public IReadOnlyList<TrainingImage> Read(int resolution)
    {
        var buckets = new Training.Buckets(Buckets.Options(resolution));
        return [.. Files.Select(file => Read(file.Picture, file.Caption, buckets))];
    }

    /// <summary>At which sizes its pictures are trained.</summary>
    public BucketPlan Buckets => Plan.Buckets ?? Square;

    private static BucketPlan Square { get; } = new(EnableBucket: false, null, null, null, BucketNoUpscale: false);

    private TrainingImage Read(string path, string captionPath, Training.Buckets buckets)
    {
        var caption = Plan.Source == DatasetSource.Folder && Plan.Caption is { } fixedCaption ? fixedCaption : File.ReadAllText(captionPath).Trim();
        if (caption.Length == 0)
        {
            throw new InvalidDataException($"Caption '{captionPath}' is empty; expected the picture's tags.");
        }

        var policy = Plan.Source == DatasetSource.Folder ? Plan.Alpha : AlphaPolicy.Refuse;
        var picture = policy.Apply(Picture.Load(path), path);
        var fit = Fit(picture, path, buckets);
        var (width, height) = fit.Bucket;
        return new TrainingImage($"{Plan.FolderName}/{Path.GetFileName(path)}", PictureFitting.Apply(picture, fit).ToRgb(), width, height, caption, Plan.NumRepeats)
        {
            OriginalSize = (picture.Height, picture.Width),
            CropTopLeft = (fit.Trim.Top, fit.Trim.Left),
        };
    }

    private static BucketFit Fit(Picture picture, string path, Training.Buckets buckets)
    {
        try
        {
            return buckets.Fit(picture.Width, picture.Height);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"Picture '{path}': {exception.Message}", exception);
        }
    }
}
