using Slipway.Imaging.Pictures;
using Slipway.Imaging.Resampling;
using Slipway.Training.Data;

namespace Slipway.Pipeline.Datasets;

/// <summary>Brings a picture to its bucket as sd-scripts does: resized so that it covers it, then cut to its middle.</summary>
internal static class PictureFitting
{
    /// <param name="picture">Opaque.</param>
    /// <param name="fit">Of a picture of this size.</param>
    public static Picture Apply(Picture picture, BucketFit fit) => Crop(Resize(picture, fit), fit);

    /// <param name="picture">Opaque.</param>
    /// <param name="fit">Of a picture of this size.</param>
    /// <param name="interpolation"><c>resize_interpolation</c>; null: as sd-scripts chooses.</param>
    public static Picture Resize(Picture picture, BucketFit fit, string? interpolation = null) =>
        Resampler.Resize(picture, fit.Resized.Width, fit.Resized.Height, interpolation is null ? null : Enum.Parse<Interpolation>(interpolation, ignoreCase: true));

    /// <param name="resized">What <see cref="Resize"/> gave.</param>
    /// <param name="fit">Of the picture before.</param>
    public static Picture Crop(Picture resized, BucketFit fit) => resized.Crop(fit.Trim.Left, fit.Trim.Top, fit.Bucket.Width, fit.Bucket.Height);
}
