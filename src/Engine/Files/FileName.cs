using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Slipway.Engine.Files;

/// <summary>Names of the user's as names of files: different names stay different, and none leaves its folder.</summary>
internal static class FileName
{
    /// <summary>A tag's file name has at most so many bytes: what stands before and behind it still fits into the 255 of a file system.</summary>
    public const int LongestTag = 120;

    private const int HashLetters = 32;
    private const string HashMark = "%~"; // no tag's own letters can look like this: `%` is always written as %25

    /// <summary>Keeps ASCII letters, digits, <c>_</c> and <c>-</c>; writes every other byte as <c>%2F</c>.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder();
        foreach (var part in Encoding.UTF8.GetBytes(name))
        {
            if (char.IsAsciiLetterOrDigit((char)part) || part is (byte)'_' or (byte)'-')
                text.Append((char)part);
            else
                text.Append('%').Append(part.ToString("X2"));
        }

        return text.ToString();
    }

    /// <summary>
    /// Any tag as part of a file's name that people can read: what every file system takes stays, such as <c>tokyo_(city)</c> or
    /// <c>海</c>; the bytes of the rest are written as <c>%2F</c>: separators, signs that Windows forbids, control characters, a dot or
    /// space at an end, accents and letters of which file systems make others. A long one ends in the hash of the tag; one that is a
    /// way through folders, such as <c>../x</c>, is its hash alone, so that nobody who looks for such a way finds one.
    /// </summary>
    public static string OfTag(string tag)
    {
        if (tag.Split('/', '\\').Contains(".."))
            return Shortened("", tag);
        var text = new StringBuilder();
        var whole = true;
        for (var i = 0; i < tag.Length && whole; i++)
        {
            var letters = char.IsSurrogatePair(tag, i) ? 2 : 1;
            var written = Written(tag, i, letters);
            i += letters - 1;
            whole = Encoding.UTF8.GetByteCount(text.ToString()) + Encoding.UTF8.GetByteCount(written) <= LongestTag;
            text.Append(written);
        }

        return whole ? text.ToString() : Shortened(text.ToString(), tag);
    }

    private static string Shortened(string text, string tag)
    {
        var end = text.Length;
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, end)) > LongestTag - HashMark.Length - HashLetters)
            end--;
        var kept = text[..(end > 0 && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)];
        // Two strings of UTF-16 that are not text may have the same UTF-8, so the hash is of the letters.
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(tag.Select(letter => ((int)letter).ToString("X4", CultureInfo.InvariantCulture))))));
        return $"{kept}{HashMark}{hash[..HashLetters]}";
    }

    private static string Written(string tag, int at, int letters)
    {
        var isEnd = at == 0 || at + letters == tag.Length;
        if (letters == 1 && char.IsSurrogate(tag[at]))
            return $"%u{(int)tag[at]:X4}"; // half a character: it has no bytes in UTF-8
        var kept = tag.Substring(at, letters);
        return IsKept(tag, at) && !(isEnd && kept is "." or " ") ? kept : string.Concat(Encoding.UTF8.GetBytes(kept).Select(part => $"%{part:X2}"));
    }

    private static bool IsKept(string tag, int at) => tag[at] switch
    {
        < ' ' or '\u007f' => false,
        '/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' or '%' => false,
        < '\u007f' => true,
        // Hangul's single letters, Greek with two spellings, and letters that are other letters to a file system.
        (>= '\u1100' and <= '\u11ff') or (>= '\ua960' and <= '\ua97f') or (>= '\ud7b0' and <= '\ud7ff') => false,
        (>= '\u1f00' and <= '\u1fff') or '\u0374' or '\u037e' or '\u0387' or '\u2126' or '\u212a' or '\u212b' or '\u2329' or '\u232a' => false,
        >= '\uf900' and <= '\ufb4f' => false,
        _ => CharUnicodeInfo.GetUnicodeCategory(tag, at) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned),
    };
}
