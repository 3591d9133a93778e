using System.Text.RegularExpressions;

namespace Slipway.Diffusion.Text;

/// <summary>
/// Sequences of characters that hardly anybody writes, but that appear where UTF-8 was decoded as a one-byte character
/// set: a currency sign behind an accented letter, a fraction behind a capital. What counts as one is what ftfy 6.1
/// counts (R. Speer, 2019), since token ids depend on it.
/// </summary>
internal static class MojibakeSigns
{
    private const string Common =
        "\u00A0\u00AD\u00B4\u00B7\u2013-\u2015\u2019\u2026";

    private const string C1 =
        "\u0080-\u009F";

    private const string Bad =
        "\u00A4\u00A6-\u00A8\u00AA\u00AC\u00AF\u00B6\u00B8\u00BA\u0192\u02C6\u02C7\u02D8\u02DB\u02DC\u2020\u2021\u2030"
        + "\u2310\u25CA\uFFFD";

    private const string Currency =
        "\u00A2\u00A3\u00A5\u20A7\u20AC";

    private const string Opening =
        "\u00A1\u00A9\u00AB\u00BF\u0384\u0385\u2018\u201A\u201C\u201E\u2022\u2039\uF8FF";

    private const string Closing =
        "\u00AE\u00BB\u02DD\u201D\u203A\u2122";

    private const string Numeric =
        "\u00B1-\u00B3\u00B5\u00B9\u00BC-\u00BE\u00D7\u00F7\u2044\u2116\u2202\u2206\u220F\u2211\u221A\u221E\u2229\u222B"
        + "\u2248\u2260\u2261\u2264\u2265";

    private const string Faces =
        "\u00B0\u00D2-\u00D6\u00D9-\u00DC\u00F2-\u00F6\u00F8-\u00FC\u0150";

    private const string Upper =
        "\u00C0-\u00D1\u00D8\u00DC\u00DD\u0102\u0104\u0106\u010C\u010E\u0110\u0118\u011A\u011E\u0130\u0139\u013D\u0141"
        + "\u0143\u0147\u0152\u0158\u015A\u015E\u0160\u0162\u0164\u016E\u0170\u0178\u0179\u017B\u017D\u0490";

    private const string Lower =
        "\u00DF-\u00F1\u00FC\u0103\u0105\u0107\u010D\u010F\u0111\u0119\u011B\u011F\u013A\u013E\u0142\u0153\u0155\u015B"
        + "\u015F\u0161\u0165\u017A\u017C\u017E\u0491\uFB01\uFB02";

    private const string UpperCommon =
        "\u00DE\u0386\u0388-\u038A\u038C\u038E\u038F\u0391-\u03AB\u0401-\u042F";

    private const string LowerCommon =
        "\u03AC-\u03C9\u0430-\u045F";

    private const string Box =
        "\u2502\u250C\u2510\u2518\u251C\u2524\u252C\u253C\u2550-\u256C\u2580\u2584\u2588\u258C\u2590-\u2593";
    private const string Accented = Lower + Upper;
    private const string Signs = Currency + Numeric;
    private const string Arabic = Common + Currency + Bad + Numeric + Opening + "\u0178\u0160\u00AE\u00B0\u00B5\u00BB";

    private static readonly Regex Any = new(string.Join('|', Rules()), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Whether <paramref name="text"/> holds such a sequence.</summary>
    public static bool AreIn(string text) => Any.IsMatch(text);

    private static IEnumerable<string> Rules() => [.. General(), .. OfWindows1252(), .. OfOtherSets()];

    private static IEnumerable<string> General() =>
    [
        $"[{C1}]",
        $"[{Bad}{Accented}{Box}{Opening}{Closing}{Signs}][{Bad}]",
        $"[{Bad}][{Accented}{Box}{Opening}{Closing}{Signs}]",
        $"[a-zA-Z][{LowerCommon}{UpperCommon}][{Bad}]",
        $"[{Lower}{LowerCommon}{Box}{Closing}{Signs}][{Upper}]",
        $"[{Box}{Closing}{Signs}][{Lower}]",
        $"[{Lower}{Box}{Closing}][{Currency}]",
        $@"\s[{Upper}][{Currency}]",
        $"[{Upper}{Box}][{Numeric}]",
        $"[{Accented}{Box}{Currency}{Closing}][{Opening}][{Numeric}]",
        $"[{Accented}{Signs}{Box}][{Closing}][{Opening}]",
        $"[{Signs}{Box}][{Opening}]",
        $"[a-z][{Upper}][{Opening}{Currency}]",
        $"[{Box}][{Faces}{Closing}]",
        $"[{Accented}{Signs}{Opening}{Closing}][{Box}]",
        $@"[{Accented}][{Closing}][\p{{L}}\p{{N}}_]",
        "[\u0152\u0153][^A-Za-z]",
    ];

    private static IEnumerable<string> OfWindows1252() =>
    [
        $"[\u00C2\u00C3\u00CE\u00D0][\u20AC\u0160\u0161\u00A2\u00A3\u0178\u017E\u00A0\u00AD\u00AE\u00A9\u00B0\u00B7\u00BB{Opening}{Closing}\u2013\u2014\u00B4]",
        "\u00D7[\u00B2\u00B3]",
        $"[\u00D8\u00D9][{Arabic}][\u00D8\u00D9][{Arabic}]",
        "\u00E0[\u00B2\u00B5\u00B9\u00BC-\u00BE]",
        "\u00C3[\u00A0\u00A1]",
        @"[a-z]\s?[\u00C3\u00C2] ",
        "^[\u00C3\u00C2] ",
        $"[a-z.,?!{Closing}]\u00C2[ {Opening}{Closing}]",
    ];

    private static IEnumerable<string> OfOtherSets() =>
    [
        // Mac Roman
        "\u221A[\u00B1\u2202\u2020\u2260\u00AE\u2122\u00B4\u2264\u2265\u00A5\u00B5\u00F8]",
        "\u2248[\u00B0\u00A2]",
        "\u201A\u00C4[\u00EC\u00EE\u00EF\u00F2\u00F4\u00F5\u00FA\u00F9\u00FB\u2020\u00B0\u00A2\u03C0]",
        "\u201A[\u00E2\u00F3][\u00E0\u00E4\u00B0\u00EA]",
        // Windows-1251
        "\u0432\u0402",
        $"[\u0412\u0413\u0420\u0421][{C1}{Bad}{Opening}{Closing}{Currency}\u00B0\u00B5][\u0412\u0413\u0420\u0421]",
        "\u0413\u045E\u0412\u0402\u0412.[A-Za-z ]",
        // Windows-1253
        "\u03B2\u20AC[\u2122\u00A0\u0386\u00AD\u00AE\u00B0]",
        $"[\u0392\u0393\u039E\u039F][{C1}{Bad}{Opening}{Closing}{Currency}\u00B0][\u0392\u0393\u039E\u039F]",
    ];
}
