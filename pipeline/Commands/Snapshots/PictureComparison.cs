using System.Globalization;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;

namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>A picture that is not as it was accepted.</summary>
/// <param name="Accepted">The accepted one.</param>
/// <param name="Received">The one that a run left.</param>
/// <param name="Found">How far they differ at the size at which they are kept; null: they have different sizes.</param>
internal sealed record DifferentPicture(SnapshotPicture Accepted, ResultPicture Received, PictureDifference? Found)
{
    /// <summary>Hash of the received pixels.</summary>
    public required string Pixels { get; init; }

    /// <summary>Size of the received one.</summary>
    public required (int Width, int Height) Size { get; init; }

    /// <summary>How far, in words.</summary>
    public string Text => Found is null
        ? $"{Size.Width}×{Size.Height} pixels, accepted {Accepted.Width}×{Accepted.Height}"
        : string.Create(CultureInfo.InvariantCulture, $"SSIM {Found.Ssim:F4}, {Percent(Found.PixelsOff)} of the pixels off by more than {PictureComparison.Channel}");

    private static string Percent(double share) => share is > 0 and < 0.001 ? "less than 0.1 %" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#} %");
}

/// <summary>Compares pictures with accepted ones.</summary>
/// <param name="folder">Where the accepted ones lie.</param>
internal sealed class PictureComparison(SnapshotFolder folder)
{
    /// <summary>A pixel is off when a channel differs by more than this, of 255.</summary>
    public const int Channel = 4;

    /// <summary>How a picture differs; null: every pixel is as accepted.</summary>
    public DifferentPicture? Compare(SnapshotPicture accepted, ResultPicture received)
    {
        var picture = Picture.Load(received.Path);
        var hash = ResultPicture.PixelHash(picture);
        if (hash == accepted.Pixels)
            return null;
        var isSize = (picture.Width, picture.Height) == (accepted.Width, accepted.Height);
        var found = isSize ? PictureDifference.Of(Kept(picture, accepted.IsGrid), folder.Load(accepted), Channel) : null;
        return new DifferentPicture(accepted, received, found) { Pixels = hash, Size = (picture.Width, picture.Height) };
    }

    /// <summary>A picture as it would be kept, so that packing it changes both alike.</summary>
    public static Picture Kept(Picture picture, bool isGrid)
    {
        var kept = KeptPicture.Of(picture, ResultPicture.SideOf(isGrid));
        return Picture.Decode(kept.Bytes, kept.Extension);
    }
}
