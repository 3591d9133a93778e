using System.Buffers.Binary;

namespace Slipway.Imaging.Pictures;

/// <summary>EXIF data's frame, which is TIFF 6.0's: numbers in one of two orders, and directories of entries.</summary>
internal static class ExifFrame
{
    private const int EntryLength = 12;

    /// <summary>Whether its numbers are little endian; null where it is none.</summary>
    public static bool? Of(ReadOnlySpan<byte> exif)
    {
        exif = Body(exif);
        return exif.Length < 8 || !(exif.StartsWith("MM\0*"u8) || exif.StartsWith("II*\0"u8)) ? null : exif[0] == 'I';
    }

    /// <summary>Without what a JPEG segment has in front; offsets count from here.</summary>
    public static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> exif) => exif.StartsWith("Exif\0\0"u8) ? exif[6..] : exif;

    /// <summary>Where an entry of a directory begins; null where there is none within the data.</summary>
    public static int? Find(ReadOnlySpan<byte> exif, long directory, ushort tag, bool isLittle)
    {
        if (directory + 2 > exif.Length)
            return null;
        var count = Short(exif, (int)directory, isLittle);
        for (var i = 0; i < count; i++)
        {
            var at = directory + 2 + (i * EntryLength);
            if (at + EntryLength > exif.Length)
                return null;
            if (Short(exif, (int)at, isLittle) == tag)
                return (int)at;
        }

        return null;
    }

    /// <summary>A number of 4 bytes.</summary>
    public static uint Long(ReadOnlySpan<byte> exif, int at, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(exif[at..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[at..]);

    /// <summary>A number of 2 bytes.</summary>
    public static ushort Short(ReadOnlySpan<byte> exif, int at, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(exif[at..]) : BinaryPrimitives.ReadUInt16BigEndian(exif[at..]);
}
