using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Slipway.Imaging.Pictures;

/// <summary>
/// Text chunks of PNG files (PNG specification, third edition, 11.3.3): <c>tEXt</c> where Latin-1 will do,
/// <c>iTXt</c> (UTF-8) elsewhere.
/// </summary>
public static class PngText
{
    private const int SignatureLength = 8;
    private const int HeaderLength = 8 + 13 + 4;

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

    /// <summary>All texts of a PNG file by keyword; compressed ones are left out.</summary>
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

            var type = Encoding.ASCII.GetString(png.Slice(position + 4, 4));
            Add(texts, type, png.Slice(position + 8, (int)length));
            position += 12 + (int)length;
        }

        return texts;
    }

    private static void Add(Dictionary<string, string> texts, string type, ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf((byte)0);
        if (end < 0 || type is not ("tEXt" or "iTXt"))
            return;

        var keyword = Encoding.Latin1.GetString(data[..end]);
        if (type == "tEXt")
        {
            texts[keyword] = Encoding.Latin1.GetString(data[(end + 1)..]);
        }
        else if (data.Length > end + 3 && data[end + 1] == 0)
        {
            var rest = data[(end + 3)..];
            rest = rest[(rest.IndexOf((byte)0) + 1)..];
            texts[keyword] = Encoding.UTF8.GetString(rest[(rest.IndexOf((byte)0) + 1)..]);
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
