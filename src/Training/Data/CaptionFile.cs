using System.Text;

namespace Slipway.Training.Data;

/// <summary>A text file beside a picture, as sd-scripts takes it: the first line is the caption; where wildcards choose, each line is one.</summary>
public static class CaptionFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding LittleEndian = new(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding BigEndian = new(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true);

    /// <summary>All lines that are not empty.</summary>
    /// <param name="path">The file: UTF-8, or UTF-16 where its first bytes say so; lines end as on any system.</param>
    /// <param name="mayBeEmpty">Whether it may say nothing, as that of a picture in which a tagger saw nothing.</param>
    /// <exception cref="InvalidDataException">Its first line is empty, or it is of another encoding.</exception>
    public static string Read(string path, bool mayBeEmpty = false)
    {
        var lines = Decode(File.ReadAllBytes(path), path).ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()).ToList();
        return !mayBeEmpty && lines is [] or ["", ..]
            ? throw new InvalidDataException($"{path}: the first line is empty; write the caption there")
            : string.Join('\n', lines.Where(line => line.Length > 0));
    }

    private static string Decode(ReadOnlySpan<byte> bytes, string path)
    {
        Encoding encoding = bytes.StartsWith(LittleEndian.Preamble) ? LittleEndian : bytes.StartsWith(BigEndian.Preamble) ? BigEndian : Utf8;
        ReadOnlySpan<byte> mark = encoding is UnicodeEncoding ? encoding.Preamble : Encoding.UTF8.Preamble;
        if (bytes.StartsWith(mark))
            bytes = bytes[mark.Length..];
        string text;
        try
        {
            text = encoding.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"{path}: is not UTF-8 (byte {exception.Index + 1}); save it as UTF-8", exception);
        }

        if (text.Contains('\0', StringComparison.Ordinal))
            throw new InvalidDataException($"{path}: is not UTF-8 (it has bytes of 0, as UTF-16 without a mark at its beginning has); save it as UTF-8");
        return text.Contains('\uFFFD', StringComparison.Ordinal)
            ? throw new InvalidDataException($"{path}: holds U+FFFD, which stands for a letter that was lost when it was saved as UTF-8; write the letter again")
            : text;
    }
}
