using Slipway.Imaging.Pictures;
using Slipway.Training.Data;

namespace Slipway.Pipeline.Datasets;

/// <summary>
/// Decodes a subset for the trainer: at the sizes of its buckets, whose area is at most the resolution's square.
/// </summary>
/// <param name="subset">How the pictures are used.</param>
/// <param name="files">What is there.</param>
/// <param name="resolution">Side of a square of the greatest area, in pixels.</param>
internal sealed class SubsetDecoder(Subset subset, SubsetFiles files, int resolution)
{
    private readonly Buckets _buckets = new((subset.Buckets ?? BucketSizes.Square(resolution)).Options(resolution));

    /// <exception cref="InvalidDataException">Pictures and masks that are damaged, or have alpha without a policy: all of them, a line each.</exception>
    public IReadOnlyList<TrainingImage> Read()
    {
        var images = new List<TrainingImage>();
        var problems = new List<string>();
        foreach (var file in files.Files)
        {
            try
            {
                images.Add(Read(file));
            }
            catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException)
            {
                problems.Add(exception.Message);
            }
        }

        return problems.Count == 0 ? images : throw new InvalidDataException(string.Join("\n", problems));
    }

    /// <summary>How a picture gets to the size that it is trained at.</summary>
    /// <exception cref="InvalidDataException">No bucket takes it.</exception>
    public BucketFit Fit((int Width, int Height) size, string path)
    {
        try
        {
            return _buckets.Fit(size.Width, size.Height);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"Picture '{path}': {exception.Message}", exception);
        }
    }

    private TrainingImage Read(DatasetFile file)
    {
        var loaded = Picture.Load(file.Picture, subset.Profiles);
        var mask = file.Mask?.Invoke(loaded);
        var picture = subset.Alpha.Apply(loaded, file.Picture);
        var fit = Fit((picture.Width, picture.Height), file.Picture);
        var resized = PictureFitting.Resize(picture, fit, subset.Options.ResizeInterpolation);
        var resizedMask = mask is null ? null : PictureFitting.Resize(mask, fit, subset.Options.ResizeInterpolation);
        return new TrainingImage(file.Name, PictureFitting.Crop(resized, fit).ToRgb(), fit.Bucket.Width, fit.Bucket.Height, file.Caption(subset.Options.Caption?.EnableWildcard == true), file.Repeats)
        {
            OriginalSize = (picture.Height, picture.Width),
            CropTopLeft = (fit.Trim.Top, fit.Trim.Left),
            ResizedSize = (fit.Resized.Height, fit.Resized.Width),
            Mask = resizedMask is null ? null : PictureFitting.Crop(resizedMask, fit).ToGrey(),
            Subset = subset.Options,
            Uncropped = subset.Options.RandomCrop ? new UncroppedImage(resized.ToRgb(), resizedMask?.ToGrey(), resized.Width, resized.Height) : null,
        };
    }
}
