using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Slipway.Imaging.Pictures;

/// <summary>
/// Text chunks of PNG files (PNG specification, third edition, 11.3.3): <c>tEXt</c> where Latin-1 will do,
/// <c>iTXt</c> (UTF-8) elsewhere; what is read may be compressed too, as <c>zTXt</c> always is.
/// </summary>
public static class PngText
{
    private const int SignatureLength = 8;
    private const int HeaderLength = 8 + 13 + 4;
    private const int LongestInflated = 1 << 20;

    /// <summary>The file's bytes with the texts right behind its header chunk, in the order of their keywords.</summary>
    public static byte[] Insert(byte[] png, IReadOnlyDictionary<string, string> texts)
    {
        using var result = new MemoryStream();
        result.Write(png.AsSpan(0, SignatureLength + HeaderLength));
        foreach (var (keyword, text) in texts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            WriteChunk(result, keyword, text);

        result.Write(png.AsSpan(SignatureLength + HeaderLength));
        return result.ToArray();
    }

    /// <summary>
    /// All texts of a PNG file by keyword. Left out is what is none: a chunk whose checksum is wrong, whose compressed text is damaged or longer than
    /// 1 MiB, or in which a byte of 0 stands, which PNG forbids.
    /// </summary>
    /// <exception cref="InvalidDataException">A chunk runs past the end of the file.</exception>
    public static IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> png)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var position = SignatureLength;
        while (position + 12 <= png.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png[position..]);
            if (length > png.Length - position - 12)
                throw new InvalidDataException($"PNG chunk at byte {position} says {length} bytes, past the end of the file.");

            var chunk = png.Slice(position + 4, (int)length + 4);
            if (Crc32.HashToUInt32(chunk) == BinaryPrimitives.ReadUInt32BigEndian(png[(position + 8 + (int)length)..]) && Text(Encoding.ASCII.GetString(chunk[..4]), chunk[4..]) is { } found)
                texts[found.Keyword] = found.Text;
            position += 12 + (int)length;
        }

        return texts;
    }

    private static (string Keyword, string Text)? Text(string type, ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf((byte)0);
        if (end < 0)
            return null;
        var rest = data[(end + 1)..];
        var encoding = type == "iTXt" ? Encoding.UTF8 : Encoding.Latin1;
        var bytes = type switch
        {
            "tEXt" => rest.ToArray(),
            "zTXt" when rest is [0, ..] => Inflate(rest[1..]),
            "iTXt" when rest is [0, _, ..] => AfterLanguage(rest[2..]).ToArray(),
            "iTXt" when rest is [1, 0, ..] => Inflate(AfterLanguage(rest[2..])),
            _ => null,
        };
        return bytes is null || bytes.Contains((byte)0) ? null : (Encoding.Latin1.GetString(data[..end]), encoding.GetString(bytes));
    }

    /// <summary>What follows the language and the translated keyword.</summary>
    private static ReadOnlySpan<byte> AfterLanguage(ReadOnlySpan<byte> rest)
    {
        rest = rest[(rest.IndexOf((byte)0) + 1)..];
        return rest[(rest.IndexOf((byte)0) + 1)..];
    }

    /// <summary>The bytes of a zlib stream; null where it is damaged, or longer than any infotext.</summary>
    private static byte[]? Inflate(ReadOnlySpan<byte> packed)
    {
        using var stream = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        var bytes = new byte[LongestInflated];
        try
        {
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length < bytes.Length ? bytes[..length] : null;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            // The latter where it asks for a dictionary, which no PNG has.
            return null;
        }
    }

    private static void WriteChunk(MemoryStream target, string keyword, string text)
    {
        var latin = text.All(letter => letter is '\n' or (>= ' ' and <= '~') or (>= '\u00A1' and <= '\u00FF'));
        byte[] data = latin
            ? [.. Encoding.Latin1.GetBytes(keyword), 0, .. Encoding.Latin1.GetBytes(text)]
            : [.. Encoding.Latin1.GetBytes(keyword), 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)];
        byte[] typed = [.. Encoding.ASCII.GetBytes(latin ? "tEXt" : "iTXt"), .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        target.Write(number);
        target.Write(typed);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(typed));
        target.Write(number);
    }
}
