namespace Slipway.Imaging.Pictures;

/// <summary>What pictures are written as.</summary>
public enum PictureFormat
{
    /// <summary>PNG: lossless; texts in its text chunks.</summary>
    Png,

    /// <summary>JPEG, quality 92, colour in full resolution; texts as the web UIs' EXIF comment.</summary>
    Jpeg,

    /// <summary>WebP, lossy, quality 90; texts as the web UIs' EXIF comment.</summary>
    Webp,
}

/// <summary>Names of the formats.</summary>
public static class PictureFormats
{
    /// <summary>As options write them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["png", "jpg", "webp"];

    /// <summary>Ending of a file's name, with its dot.</summary>
    public static string Extension(this PictureFormat format) => "." + Names[(int)format];

    /// <summary>The format of a file by its name's ending, in any case; null where it is none of them.</summary>
    public static PictureFormat? Of(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PNG" => PictureFormat.Png,
        ".JPG" or ".JPEG" => PictureFormat.Jpeg,
        ".WEBP" => PictureFormat.Webp,
        _ => null,
    };
}
