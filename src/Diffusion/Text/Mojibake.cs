using System.Text;
using System.Text.RegularExpressions;

namespace Slipway.Diffusion.Text;

/// <summary>
/// Undoes that UTF-8 was decoded as a one-byte character set: <c>schÃ¶n</c> → <c>schön</c>. The steps of ftfy 6.1's
/// <c>fix_encoding</c> in their order; text that shows no <see cref="MojibakeSigns"/> stays as it is.
/// </summary>
internal static class Mojibake
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private const string Tail = "\u0080-\u0084\u0086-\u009F\u00A1-\u00BF";
    private const string Lost = "\u001A\u0080-\u00BF";

    private const string FirstOf2 =
        "\u00C2-\u00DF\u0102\u0106\u010C\u010E\u0110\u0118\u011A\u011E\u0130\u0139\u0143\u0147\u0150\u0158\u015E\u0162"
        + "\u016E\u0170\u0392-\u03A1\u03A3-\u03AF\u0412-\u042F";

    private const string FirstOf3 =
        "\u00E0-\u00EF\u0103\u0107\u010D\u010F\u0119\u011B\u013A\u0155\u03B0-\u03BF\u0430-\u043F";

    private const string FirstOf4 =
        "\u00F0\u00F3\u0111\u011F\u03C0\u03C3\u0440\u0443";

    private const string Continuation =
        " \u0080-\u00BF\u0104\u0105\u013D\u013E\u0141\u0142\u0152\u0153\u015A\u015B\u015E-\u0161\u0164\u0165\u0178-\u017E"
        + "\u0192\u02C6\u02C7\u02D8\u02DB-\u02DD\u0384-\u0386\u0388-\u038A\u038C\u038E\u038F\u0401-\u040C\u040E\u040F"
        + "\u0451-\u045C\u045E\u045F\u0490\u0491\u2013-\u2015\u2018-\u201A\u201C-\u201E\u2020-\u2022\u2026\u2030\u2039\u203A"
        + "\u20AC\u2116\u2122";

    private const string StrictContinuation =
        "\u0080-\u00BF\u0104\u0105\u013D\u013E\u0141\u0142\u0152\u0153\u015A\u015B\u015E-\u0161\u0164\u0165\u0178-\u017E"
        + "\u0192\u02C6\u02C7\u02D8\u02DB-\u02DD\u0384-\u0386\u0388-\u038A\u038C\u038E\u038F\u0401-\u040C\u040E\u040F"
        + "\u0451-\u045C\u045E\u045F\u0490\u0491\u2020-\u2022\u2030\u2039\u203A\u20AC\u2116\u2122";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Bytes, a character each, that are UTF-8 but for a byte A0 which became a space.</summary>
    private static readonly Regex Spaced = new(
        "[\u00C2\u00C3\u00C5\u00CE\u00D0\u00D9][ ]"
        + $"|[\u00E2\u00E3][ ][{Tail}]|[\u00E0-\u00E3][{Tail}][ ]"
        + "|\u00F0[ ][\u0080-\u00BF]{2}|\u00F0[\u0080-\u00BF][ ][\u0080-\u00BF]|\u00F0[\u0080-\u00BF]{2}[ ]",
        Options,
        Regex.InfiniteMatchTimeout);

    /// <summary>à as a word: it keeps its space, but in the Portuguese às, àquele, àquela, àquilo.</summary>
    private static readonly Regex GraveWord = new("\u00C3 (?! |quele|quela|quilo|s )", Options, Regex.InfiniteMatchTimeout);

    /// <summary>Bytes, a character each, that would be UTF-8 had some not been lost (1A, or ? for one of them).</summary>
    private static readonly Regex Lossy = new(
        "[\u00C2-\u00DF]\u001A|[\u00C2\u00C3][?]"
        + "|\u00ED[\u00A0-\u00AF][\u001A?]\u00ED[\u00B0-\u00BF][\u001A?\u0080-\u00BF]"
        + "|\u00ED[\u00A0-\u00AF][\u001A?\u0080-\u00BF]\u00ED[\u00B0-\u00BF][\u001A?]"
        + $"|[\u00E0-\u00EF][\u001A?][{Lost}]|[\u00E0-\u00EF][{Lost}][\u001A?]"
        + $"|[\u00F0-\u00F4][\u001A?][{Lost}]{{2}}|[\u00F0-\u00F4][{Lost}][\u001A?][{Lost}]|[\u00F0-\u00F4][{Lost}]{{2}}[\u001A?]"
        + "|\u001A",
        Options,
        Regex.InfiniteMatchTimeout);

    /// <summary>Characters that look like UTF-8 in any of the sets, not in the midst of more of them.</summary>
    private static readonly Regex Embedded = new(
        $"(?<![{StrictContinuation}])([{FirstOf2}][{Continuation}]|[{FirstOf3}][{Continuation}]{{2}}|[{FirstOf4}][{Continuation}]{{3}})+",
        Options,
        Regex.InfiniteMatchTimeout);

    /// <summary>UTF-16's surrogate pairs, each half in UTF-8 (CESU-8), and Java's two bytes for U+0000.</summary>
    private static readonly Regex Variant = new(
        "\u00ED[\u00A0-\u00AF][\u0080-\u00BF]\u00ED[\u00B0-\u00BF][\u0080-\u00BF]|\u00C0\u0080", Options, Regex.InfiniteMatchTimeout);

    /// <summary>Repairs <paramref name="text"/>, repeatedly where it was spoiled repeatedly.</summary>
    public static string Repair(string text)
    {
        for (var last = string.Empty; text != last;)
            (last, text) = (text, Step(text));
        return text;
    }

    /// <summary>A control character of U+0080 to U+009F is meant to be what Windows-1252 has there.</summary>
    public static string WithoutC1Controls(string text) => string.Concat(text.Select(letter => IsC1(letter) ? SingleByteCharset.Windows1252.Decode((byte)letter) : letter));

    private static string Step(string text)
    {
        if (Ascii.IsValid(text) || !MojibakeSigns.AreIn(text))
            return text;
        foreach (var charset in SingleByteCharset.All)
            if (charset.TryEncode(text) is { } bytes && TryDecode(bytes, charset.IsWindows) is { } decoded)
                return decoded;
        var mended = Embedded.Replace(text, match => match.Length < text.Length && MojibakeSigns.AreIn(match.Value) ? Repair(match.Value) : match.Value);
        return mended == text ? WithoutC1Controls(text) : mended;
    }

    private static string? TryDecode(byte[] bytes, bool mayBeLossy)
    {
        var text = Encoding.Latin1.GetString(bytes);
        if (Spaced.IsMatch(text))
            text = Spaced.Replace(GraveWord.Replace(text, "\u00C3\u00A0 "), match => match.Value.Replace(' ', '\u00A0'));
        if (mayBeLossy)
            text = Lossy.Replace(text, "\u00EF\u00BF\u00BD");
        try
        {
            return Strict.GetString(Encoding.Latin1.GetBytes(Variant.Replace(text, Standard)));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The standard UTF-8 of a variant sequence, a character a byte.</summary>
    private static string Standard(Match match)
    {
        if (match.Value is not [_, var high, var next, _, var low, var last])
            return "\0";
        var rune = new Rune((char)(0xD000 | ((high & 0x3F) << 6) | (next & 0x3F)), (char)(0xD000 | ((low & 0x3F) << 6) | (last & 0x3F)));
        return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(rune.ToString()));
    }

    private static bool IsC1(char letter) => letter is >= '\u0080' and <= '\u009F';
}
