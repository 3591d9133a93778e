using System.Buffers.Binary;
using System.Text;

namespace Slipway.Imaging.Pictures;

/// <summary>
/// What a picture file says of how it was made: the web UIs' infotext, in a PNG file's text chunk <c>parameters</c>, in a JPEG or WebP file's
/// EXIF comment.
/// </summary>
public static class PictureText
{
    /// <summary>The keyword of the text chunk.</summary>
    public const string Parameters = "parameters";

    /// <summary>Most letters of a text in a JPEG file, whose segments end at 65,533 bytes.</summary>
    public const int MaxJpegLetters = 32_000;

    /// <summary>The text in a PNG, JPEG or WebP file; null where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">A chunk of a PNG file runs past its end.</exception>
    public static string? Load(string path) => Read(File.ReadAllBytes(path));

    /// <summary>The text in a PNG, JPEG or WebP file; null where there is none.</summary>
    /// <param name="file">From anywhere: nothing in it is believed.</param>
    /// <exception cref="InvalidDataException">A chunk of a PNG file runs past its end.</exception>
    public static string? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > 8 && file[0] == 0x89 && file[1..].StartsWith("PNG"u8))
            return PngText.Read(file).GetValueOrDefault(Parameters);
        if (file.Length > 2 && file[0] == 0xFF && file[1] == 0xD8)
            return InJpeg(file);
        return file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? InWebp(file) : null;
    }

    /// <summary>A JPEG file's bytes with the text.</summary>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    internal static byte[] IntoJpeg(byte[] jpeg, string text)
    {
        if (text.Length > MaxJpegLetters)
            throw new ArgumentException($"A JPEG file has room for {MaxJpegLetters} letters of text, not for {text.Length}.", nameof(text));
        byte[] data = [.. "Exif\0\0"u8, .. ExifComment.Write(text)];
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(data.Length + 2));
        return [.. jpeg.AsSpan(0, 2), 0xFF, 0xE1, .. length, .. data, .. jpeg.AsSpan(2)];
    }

    /// <summary>
    /// A WebP file's bytes with the text: the extended layout (WebP container specification, <c>VP8X</c>), of an opaque picture.
    /// </summary>
    internal static byte[] IntoWebp(byte[] webp, string text, int width, int height)
    {
        const byte HasExif = 8;
        var (w, h) = (width - 1, height - 1);
        byte[] header = [HasExif, 0, 0, 0, (byte)w, (byte)(w >> 8), (byte)(w >> 16), (byte)h, (byte)(h >> 8), (byte)(h >> 16)];
        byte[] body = [.. "WEBP"u8, .. Chunk("VP8X", header), .. webp.AsSpan(12), .. Chunk("EXIF", ExifComment.Write(text))];
        return Chunk("RIFF", body);
    }

    private static byte[] Chunk(string name, byte[] data)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)data.Length);
        return [.. Encoding.ASCII.GetBytes(name), .. length, .. data, .. new byte[data.Length % 2]];
    }

    private static string? InJpeg(ReadOnlySpan<byte> file)
    {
        var at = 2;
        while (at + 4 <= file.Length && file[at] == 0xFF && file[at + 1] is not 0xDA and not 0xD9)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2 || at + 2 + length > file.Length)
                return null;
            if (file[at + 1] == 0xE1 && ExifComment.Read(file.Slice(at + 4, length - 2)) is { } text)
                return text;
            at += 2 + length;
        }

        return null;
    }

    private static string? InWebp(ReadOnlySpan<byte> file)
    {
        long at = 12;
        while (at + 8 <= file.Length)
        {
            var chunk = file[(int)at..];
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (length > chunk.Length - 8)
                return null;
            if (chunk.StartsWith("EXIF"u8) && ExifComment.Read(chunk.Slice(8, (int)length)) is { } text)
                return text;
            at += 8 + length + (length % 2);
        }

        return null;
    }
}
