using System.Buffers.Binary;
using System.Text;

namespace Slipway.Imaging.Pictures;

/// <summary>
/// The user's comment in EXIF data (Exif 2.32, tag 0x9286, in TIFF 6.0's frame), where the web UIs write how a JPEG or WebP file was made: as
/// <c>UNICODE</c> in UTF-16, big endian whatever the frame is.
/// </summary>
internal static class ExifComment
{
    private const ushort ExifPointer = 0x8769;
    private const ushort UserComment = 0x9286;

    /// <summary>EXIF data with nothing but a comment.</summary>
    public static byte[] Write(string text)
    {
        byte[] comment = [.. "UNICODE\0"u8, .. Encoding.BigEndianUnicode.GetBytes(text)];
        var result = new byte[44 + comment.Length];
        "MM\0*"u8.CopyTo(result);
        Long(4, 8);
        Directory(8, ExifPointer, type: 4, count: 1, value: 26);
        Directory(26, UserComment, type: 7, (uint)comment.Length, value: 44);
        comment.CopyTo(result, 44);
        return result;

        void Long(int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(result.AsSpan(at), value);
        void Short(int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(result.AsSpan(at), value);

        // One entry, and no further directory.
        void Directory(int at, ushort tag, ushort type, uint count, uint value)
        {
            Short(at, 1);
            Short(at + 2, tag);
            Short(at + 4, type);
            Long(at + 6, count);
            Long(at + 10, value);
        }
    }

    /// <summary>The comment; null where there is none that can be read.</summary>
    /// <param name="exif">From anywhere: nothing in it is believed.</param>
    public static string? Read(ReadOnlySpan<byte> exif)
    {
        if (ExifFrame.Of(exif) is not { } isLittle)
            return null;
        exif = ExifFrame.Body(exif);
        if (ExifFrame.Find(exif, ExifFrame.Long(exif, 4, isLittle), ExifPointer, isLittle) is not { } pointer
            || ExifFrame.Find(exif, ExifFrame.Long(exif, pointer + 8, isLittle), UserComment, isLittle) is not { } entry)
            return null;
        var (length, start) = (ExifFrame.Long(exif, entry + 4, isLittle), ExifFrame.Long(exif, entry + 8, isLittle));
        return length < 8 || start > exif.Length || length > exif.Length - start ? null : Decode(exif.Slice((int)start, (int)length), isLittle);
    }

    private static string? Decode(ReadOnlySpan<byte> comment, bool isLittle)
    {
        var code = comment[..8];
        var text = comment[8..];
        if (code.SequenceEqual("UNICODE\0"u8))
            return Utf16(text, isLittle);
        return code.SequenceEqual("ASCII\0\0\0"u8) || code.SequenceEqual("\0\0\0\0\0\0\0\0"u8) ? Encoding.UTF8.GetString(text).TrimEnd('\0') : null;
    }

    // The standard takes the order of the frame, the web UIs always big endian: in the right one, more letters are of the first 256.
    private static string Utf16(ReadOnlySpan<byte> text, bool isLittle)
    {
        var (big, little) = (0, 0);
        for (var i = 0; i + 1 < text.Length; i += 2)
        {
            big += text[i] == 0 ? 1 : 0;
            little += text[i + 1] == 0 ? 1 : 0;
        }

        return (big == little ? isLittle : little > big) ? Encoding.Unicode.GetString(text) : Encoding.BigEndianUnicode.GetString(text);
    }
}
