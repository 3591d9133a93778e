namespace Slipway.Diffusion.Text;

/// <summary>Full-width and half-width forms (U+FF01 to U+FFEE) and the characters that they stand for (Unicode's NFKC).</summary>
internal static class CharacterWidths
{
    private const char FirstKana = '\uFF5F';
    private const char FirstHangul = '\uFFA0';
    private const char FirstSymbol = '\uFFE0';

    private const string Kana = "⦅⦆。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309A";

    /// <summary>Letters of U+FFA0 to U+FFDC; a blank where no character is.</summary>
    private const string Hangul =
        "\u1160\u1100\u1101\u11AA\u1102\u11AC\u11AD\u1103\u1104\u1105\u11B0\u11B1\u11B2\u11B3\u11B4\u11B5"
        + "\u111A\u1106\u1107\u1108\u1121\u1109\u110A\u110B\u110C\u110D\u110E\u110F\u1110\u1111\u1112 "
        + "  \u1161\u1162\u1163\u1164\u1165\u1166  \u1167\u1168\u1169\u116A\u116B\u116C"
        + "  \u116D\u116E\u116F\u1170\u1171\u1172  \u1173\u1174\u1175   ";

    private static readonly string[] Symbols = ["¢", "£", "¬", " \u0304", "¦", "¥", "₩", "", "│", "←", "↑", "→", "↓", "■", "○"];

    /// <summary>The standard form of a character from U+FF01 to U+FFEE; the character itself where it has none.</summary>
    public static string Standard(char character)
    {
        var standard = character switch
        {
            < FirstKana => ((char)(character - '\uFF01' + '!')).ToString(),
            < FirstHangul => Kana[character - FirstKana].ToString(),
            < FirstSymbol => Hangul[character - FirstHangul].ToString().Trim(),
            _ => Symbols[character - FirstSymbol],
        };
        return standard.Length == 0 ? character.ToString() : standard;
    }
}
