using Slipway.Imaging.Pictures;

namespace Slipway.Pipeline.Drawing;

/// <summary>A small picture within a text, as ModelSpec's <c>thumbnail</c> wants it: 256 × 256 at the most, JPEG.</summary>
internal static class Thumbnail
{
    private const int Side = 256;

    /// <summary>The picture as a data URL, transparency on white.</summary>
    /// <param name="picture">The picture.</param>
    public static string DataUrl(Picture picture)
    {
        var scale = Math.Min(1.0, (double)Side / Math.Max(picture.Width, picture.Height));
        var small = scale < 1 ? picture.Resize(Math.Max(1, (int)Math.Round(picture.Width * scale)), Math.Max(1, (int)Math.Round(picture.Height * scale))) : picture;
        return $"data:image/jpeg;base64,{Convert.ToBase64String((small.HasAlpha ? small.Flatten(255, 255, 255) : small).Encode(PictureFormat.Jpeg, null))}";
    }
}
