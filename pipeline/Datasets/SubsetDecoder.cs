using System.Security.Cryptography;
using Slipway.Imaging.Pictures;
using Slipway.Training.Data;

namespace Slipway.Pipeline.Datasets;

/// <summary>
/// Decodes a subset for the trainer: at the sizes of its buckets, whose area is at most the resolution's square. What there is no room for
/// is decoded to see whether it can be, and again when it is needed.
/// </summary>
/// <param name="subset">How the pictures are used.</param>
/// <param name="files">What is there.</param>
/// <param name="resolution">Side of a square of the greatest area, in pixels.</param>
/// <param name="room">How much is kept decoded; null: what a training keeps.</param>
internal sealed class SubsetDecoder(Subset subset, SubsetFiles files, int resolution, PictureRoom? room = null)
{
    private readonly PictureRoom _room = room ?? new PictureRoom();
    private readonly Buckets _buckets = subset.BucketsAt(resolution);

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
        var (picture, pixels) = Decode(file);
        var fit = Fit(picture, file.Picture);
        var image = new TrainingImage(file.Name, [], fit.Bucket.Width, fit.Bucket.Height, file.Caption(subset.Options.Caption?.EnableWildcard == true), file.Repeats)
        {
            OriginalSize = (picture.Height, picture.Width),
            CropTopLeft = (fit.Trim.Top, fit.Trim.Left),
            ResizedSize = (fit.Resized.Height, fit.Resized.Width),
            Subset = subset.Options,
        };
        return _room.Take(pixels.Size)
            ? image with { Rgb = pixels.Rgb, Mask = pixels.Mask, Uncropped = pixels.Uncropped }
            : image with { Source = new PictureSource(Content(pixels), pixels.Mask?.Any(value => value > 0), () => Decode(file).Pixels) };
    }

    private ((int Width, int Height) Size, DecodedPicture Pixels) Decode(DatasetFile file)
    {
        var loaded = Picture.Load(file.Picture, subset.Profiles);
        var mask = file.Mask?.Invoke(loaded);
        var picture = subset.Alpha.Apply(loaded, file.Picture);
        var fit = Fit((picture.Width, picture.Height), file.Picture);
        var resized = PictureFitting.Resize(picture, fit, subset.Options.ResizeInterpolation);
        var resizedMask = mask is null ? null : PictureFitting.Resize(mask, fit, subset.Options.ResizeInterpolation);
        return ((picture.Width, picture.Height), new DecodedPicture(
            PictureFitting.Crop(resized, fit).ToRgb(),
            resizedMask is null ? null : PictureFitting.Crop(resizedMask, fit).ToGrey(),
            subset.Options.RandomCrop ? new UncroppedImage(resized.ToRgb(), resizedMask?.ToGrey(), resized.Width, resized.Height) : null));
    }

    private static byte[] Content(DecodedPicture pixels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[] { pixels.Rgb, pixels.Mask, pixels.Uncropped?.Rgb, pixels.Uncropped?.Mask })
            hash.AppendData(part ?? []);
        return hash.GetHashAndReset();
    }
}
