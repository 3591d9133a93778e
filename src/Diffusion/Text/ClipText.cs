using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Slipway.Diffusion.Text;

/// <summary>
/// What CLIP does to a text before byte-pair encoding: repairs it, folds white space, puts it in lower case, and cuts
/// it into words. The repairs are ftfy's (6.1, its defaults): HTML entities, text decoded with the wrong character set,
/// curly quotes, ligatures, full-width and half-width characters, control characters and terminal escapes, accents.
/// Entities are HTML 4's, those that .NET knows.
/// </summary>
internal static class ClipText
{
    /// <summary>Words of their own wherever one could begin: special tokens, English contractions.</summary>
    private static readonly string[] Fixed = [ClipTokenizer.Bos, ClipTokenizer.Eos, "'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private static readonly Regex TerminalEscape = new("\u001B\\[[0-9;]*[a-zA-Z]", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public static string Clean(string text)
    {
        var repaired = WebUtility.HtmlDecode(WebUtility.HtmlDecode(string.Join('\n', text.Split('\n').Select(RepairLine))));
        var words = repaired.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return Accents.Compose(Lower(string.Join(' ', words)));
    }

    /// <summary>
    /// The words of a cleaned text, by CLIP's pattern: a special token, an English contraction, a run of letters,
    /// one digit, or a run of anything else that is no white space.
    /// </summary>
    public static IEnumerable<string> Words(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = WordLength(text.AsSpan(at), out var isWord);
            if (isWord)
                yield return text.Substring(at, length);
            at += length;
        }
    }

    private static int WordLength(ReadOnlySpan<char> text, out bool isWord)
    {
        var kind = KindOf(text, out var length);
        isWord = kind != Kind.WhiteSpace;
        foreach (var word in Fixed)
            if (text.StartsWith(word, StringComparison.Ordinal))
                return word.Length;
        while (kind is Kind.Letter or Kind.Other && length < text.Length && KindOf(text[length..], out var next) == kind)
            length += next;
        return length;
    }

    private static Kind KindOf(ReadOnlySpan<char> text, out int length)
    {
        Rune.DecodeFromUtf16(text, out var rune, out length);
        return Rune.IsWhiteSpace(rune) ? Kind.WhiteSpace
            : Rune.IsLetter(rune) ? Kind.Letter
            : Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber ? Kind.Number
            : Kind.Other;
    }

    /// <summary>One repair can make room for another: until nothing changes, each line by itself, as a mistake can end with its line.</summary>
    private static string RepairLine(string line)
    {
        for (var last = (string?)null; line != last;)
        {
            last = line;
            if (!line.Contains('<', StringComparison.Ordinal))
                line = WebUtility.HtmlDecode(line);
            line = Plain(Mojibake.WithoutC1Controls(Mojibake.Repair(line)));
        }

        return line;
    }

    private static string Plain(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var character in TerminalEscape.Replace(text, string.Empty))
            Append(result, character);
        return result.ToString();
    }

    private static void Append(StringBuilder result, char character)
    {
        switch (character)
        {
            case '\u02BC' or (>= '\u2018' and <= '\u201B'):
                result.Append('\'');
                break;
            case >= '\u201C' and <= '\u201F':
                result.Append('"');
                break;
            case '\u3000':
                result.Append(' ');
                break;
            case >= '\uFF01' and <= '\uFFEE':
                result.Append(CharacterWidths.Standard(character));
                break;
            case (< ' ' and not ('\t' or '\n' or '\f' or '\r')) or '\u007F' or (>= '\u206A' and <= '\u206F') or '\uFEFF' or (>= '\uFFF9' and <= '\uFFFC'):
                break;
            default:
                result.Append(Ligature(character) ?? character.ToString());
                break;
        }
    }

    /// <summary>The letters that a ligature is made of. Lower case is enough, as that comes next.</summary>
    private static string? Ligature(char character) => character switch
    {
        '\u0132' or '\u0133' => "ij",
        '\u0149' => "'n",
        >= '\u01C4' and <= '\u01C6' => "dž",
        >= '\u01C7' and <= '\u01C9' => "lj",
        >= '\u01CA' and <= '\u01CC' => "nj",
        >= '\u01F1' and <= '\u01F3' => "dz",
        '\uFB00' => "ff",
        '\uFB01' => "fi",
        '\uFB02' => "fl",
        '\uFB03' => "ffi",
        '\uFB04' => "ffl",
        '\uFB05' => "ſt",
        '\uFB06' => "st",
        _ => null,
    };

    /// <summary>Unicode's full lower case, which .NET's invariant culture does not know: İ takes two characters, and Σ has a form for the end of a word.</summary>
    private static string Lower(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            var isLastLetter = index > 0 && char.IsLetter(text[index - 1]) && !(index + 1 < text.Length && char.IsLetter(text[index + 1]));
            result.Append(text[index] switch
            {
                'İ' => "i\u0307",
                'Σ' when isLastLetter => "ς",
                var other => other.ToString(),
            });
        }

        return result.ToString().ToLowerInvariant();
    }

    private enum Kind
    {
        WhiteSpace,
        Letter,
        Number,
        Other,
    }
}
