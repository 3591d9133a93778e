namespace Slipway.Imaging.Pictures;

/// <summary>What EXIF data (Exif 2.32) says of a picture as a whole.</summary>
internal static class Exif
{
    private const ushort OrientationTag = 0x0112;

    /// <summary>How a viewer turns the picture, 1 to 8; null where it does not say.</summary>
    /// <param name="exif">From anywhere: nothing in it is believed.</param>
    public static int? Orientation(ReadOnlySpan<byte> exif)
    {
        if (ExifFrame.Of(exif) is not { } isLittle)
            return null;
        exif = ExifFrame.Body(exif);
        if (ExifFrame.Find(exif, ExifFrame.Long(exif, 4, isLittle), OrientationTag, isLittle) is not { } entry)
            return null;
        const int WholeWord = 4;
        var value = ExifFrame.Short(exif, entry + 2, isLittle) == WholeWord ? ExifFrame.Long(exif, entry + 8, isLittle) : ExifFrame.Short(exif, entry + 8, isLittle);
        return value is >= 1 and <= 8 ? (int)value : null;
    }
}
