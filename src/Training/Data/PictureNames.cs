using Slipway.Diffusion.Text;

namespace Slipway.Training.Data;

/// <summary>What a file is by its name alone, and which names are one.</summary>
public static class PictureNames
{
    /// <summary>Ends of the names of pictures that are read.</summary>
    public static readonly IReadOnlyList<string> Readable = [".png", ".jpg", ".jpeg", ".jfif", ".jpe", ".webp", ".bmp", ".gif"];

    /// <summary>Pictures of formats that are not read, with what people call them.</summary>
    private static readonly Dictionary<string, string> Foreign = new(StringComparer.OrdinalIgnoreCase)
    {
        [".avif"] = "AVIF",
        [".avifs"] = "AVIF",
        [".heic"] = "HEIC",
        [".heif"] = "HEIF",
        [".hif"] = "HEIF",
        [".jxl"] = "JPEG XL",
        [".jp2"] = "JPEG 2000",
        [".j2k"] = "JPEG 2000",
        [".tif"] = "TIFF",
        [".tiff"] = "TIFF",
        [".tga"] = "TGA",
        [".apng"] = "animated PNG",
        [".dds"] = "DDS",
        [".exr"] = "OpenEXR",
        [".ico"] = "icon",
        [".psd"] = "Photoshop",
        [".xcf"] = "GIMP",
        [".kra"] = "Krita",
        [".clip"] = "Clip Studio",
        [".svg"] = "SVG",
        [".dng"] = "raw",
        [".cr2"] = "raw",
        [".cr3"] = "raw",
        [".nef"] = "raw",
        [".arw"] = "raw",
        [".qoi"] = "QOI",
        [".ppm"] = "PPM",
        [".pgm"] = "PGM",
    };

    /// <summary>What other tools lay beside pictures: masks and conditions under the pictures' names.</summary>
    private static readonly string[] OtherTools = ["-masklabel", "-condlabel"];

    private static readonly string[] MaskEndings = ["_mask", "-mask", ".mask"];

    /// <summary>Whether it is a picture that is read.</summary>
    public static bool IsPicture(ReadOnlySpan<char> file)
    {
        var extension = Path.GetExtension(file);
        foreach (var other in Readable)
        {
            if (extension.Equals(other, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>The format of a picture that is not read; null where it is none.</summary>
    public static string? ForeignFormat(string file) => Foreign.GetValueOrDefault(Path.GetExtension(file));

    /// <summary>Whether another tool laid it beside a picture.</summary>
    public static bool IsOfOtherTool(ReadOnlySpan<char> file)
    {
        var stem = Path.GetFileNameWithoutExtension(file);
        foreach (var ending in OtherTools)
        {
            if (stem.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>The picture, without its extension, that a file would be the mask of by its name: <c>a</c> of <c>a_mask.png</c>; null where it is called otherwise.</summary>
    public static string? MaskedBy(string file) =>
        Path.ChangeExtension(file, null) is var stem && Array.Find(MaskEndings, ending => stem.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } mask ? stem[..^mask.Length] : null;

    /// <summary>The name with each letter and its accents as one: files from a Mac have them apart, and look the same.</summary>
    public static string Composed(string name) => System.Text.Ascii.IsValid(name) ? name : Accents.ComposeName(name);
}
