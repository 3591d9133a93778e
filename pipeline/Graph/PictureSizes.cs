using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Training.Data;

namespace Slipway.Pipeline.Graph;

/// <summary>How large pictures are before anything is made: those of the user's as their headers say, those that jobs make as the jobs are told.</summary>
/// <param name="stages">Whose jobs make pictures.</param>
/// <param name="workspace">Full path of the folder that the user's files are relative to.</param>
internal sealed class PictureSizes(IEnumerable<StageNode> stages, string workspace)
{
    private readonly Lazy<Dictionary<string, IJob>> _jobs = new(() => stages.SelectMany(stage => stage.Jobs).ToDictionary(node => node.Id, node => node.Job, StringComparer.Ordinal));

    // Several versions learn from the same files, and a header is read from the disk.
    private readonly Dictionary<Input, PictureSize?> _known = [];

    /// <summary>The size of a picture; null where nothing tells: it cannot be read, or its job does not say.</summary>
    public PictureSize? Of(Input picture)
    {
        if (!_known.TryGetValue(picture, out var size))
            _known.Add(picture, size = Find(picture));
        return size;
    }

    private PictureSize? Find(Input picture) => picture switch
    {
        FileRef file => OfFile(Path.Combine(workspace, file.Path)),
        Ref made => _jobs.Value.GetValueOrDefault(made.Job) switch
        {
            DrawJob drawn => new PictureSize(drawn.Resolution, drawn.Height ?? drawn.Resolution),
            FlatPictureJob flat => PictureSize.Square(flat.Resolution),
            CompositeJob composite => composite.Size ?? Of(composite.Background),
            _ => null,
        },
        _ => null,
    };

    /// <summary>Pictures without their pixels and their captions, at the sizes that they are trained at.</summary>
    /// <param name="subset">Whose they are.</param>
    /// <param name="pictures">Some of it.</param>
    /// <param name="resolution">Side of a square of the greatest area, in pixels.</param>
    /// <returns>In the same order; null for one whose size decides, and nothing tells it.</returns>
    public IEnumerable<TrainingImage?> Outlines(Subset subset, IEnumerable<(PictureFolder Folder, PictureFile Picture)> pictures, int resolution)
    {
        var buckets = subset.Buckets is null ? null : subset.BucketsAt(resolution);
        return pictures.Select(one => (buckets is null ? (resolution, resolution) : Bucket(one.Picture, buckets)) is var (width, height)
            ? new TrainingImage($"{one.Folder.Name}/{one.Picture.Name}", [], width, height, "", one.Folder.Repeats) { Subset = subset.Options }
            : null);
    }

    private (int Width, int Height)? Bucket(PictureFile picture, Buckets buckets)
    {
        try
        {
            return Of(picture.Image) is { } size ? buckets.Fit(size.Width, size.Height).Bucket : null;
        }
        catch (InvalidDataException)
        {
            // It is too small for any.
            return null;
        }
    }

    // A named pipe has no length, and opening it would wait for ever.
    private static PictureSize? OfFile(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > 0 } && PictureHeader.Read(path) is var header ? new PictureSize(header.Width, header.Height) : null;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
