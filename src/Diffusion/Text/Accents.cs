using System.Text;

namespace Slipway.Diffusion.Text;

/// <summary>
/// Joins a lower-case Latin letter and the accent that follows it into one character, for the letters up to U+017F,
/// kana and their voice marks, and the letters of Hangul: the part of Unicode's normal form C that prompts meet. .NET's own normalisation does nothing where the process
/// runs without ICU, and token ids must not depend on that.
/// </summary>
public static class Accents
{
    private static readonly Dictionary<(char Letter, char Accent), char> Composed = Table(
        ('\u0300', "aeiou", "àèìòù"),
        ('\u0301', "aeiouyclnrsz", "áéíóúýćĺńŕśź"),
        ('\u0302', "aeioucghjswy", "âêîôûĉĝĥĵŝŵŷ"),
        ('\u0303', "anoiu", "ãñõĩũ"),
        ('\u0304', "aeiou", "āēīōū"),
        ('\u0306', "aegiou", "ăĕğĭŏŭ"),
        ('\u0307', "cegz", "ċėġż"),
        ('\u0308', "aeiouy", "äëïöüÿ"),
        ('\u030A', "au", "åů"),
        ('\u030B', "ou", "őű"),
        ('\u030C', "cdelnrstz", "čďěľňřšťž"),
        ('\u0327', "cgklnrst", "çģķļņŗşţ"),
        ('\u0328', "aeiu", "ąęįų"),
        ('\u3099', "うかきくけこさしすせそたちつてとはひふへほゝ", "ゔがぎぐげござじずぜぞだぢづでどばびぶべぼゞ"),
        ('\u3099', "ウカキクケコサシスセソタチツテトハヒフヘホワヰヱヲヽ", "ヴガギグゲゴザジズゼゾダヂヅデドバビブベボヷヸヹヺヾ"),
        ('\u309A', "はひふへほハヒフヘホ", "ぱぴぷぺぽパピプペポ"));

    // Beyond what prompts meet: the letters of names in Cyrillic, Greek and Vietnamese, whose accents come one after the other.
    private static readonly Dictionary<(char Letter, char Accent), char> ComposedInNames = Table(
        ('\u0300', "еиâêôăơưnw", "ѐѝầềồằờừǹẁ"),
        ('\u0301', "гкαεηιουωϊϋâêôăơưgkmpw", "ѓќάέήίόύώΐΰấếốắớứǵḱḿṕẃ"),
        ('\u0302', "ạẹọz", "ậệộẑ"),
        ('\u0303', "eyâêôăơưv", "ẽỹẫễỗẵỡữṽ"),
        ('\u0304', "gyиу", "ḡȳӣӯ"),
        ('\u0306', "иужạ", "йўӂặ"),
        ('\u0308', "еіижзоуэыιυhtwx", "ёїӥӝӟӧӱӭӹϊϋḧẗẅẍ"),
        ('\u0309', "aeiouyâêôăơư", "ảẻỉỏủỷẩểổẳởử"),
        ('\u030A', "wy", "ẘẙ"),
        ('\u031B', "ou", "ơư"),
        ('\u0323', "aeiouyơưbdhklmnrstvwz", "ạẹịọụỵợựḅḍḥḳḷṃṇṛṣṭṿẉẓ"),
        ('\u0326', "st", "șț"));

    private const char FirstSyllable = '\uAC00';
    private const int Vowels = 21;
    private const int Finals = 28;

    /// <summary>The text with those pairs joined.</summary>
    public static string Compose(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (result.Length > 0 && (Composed.TryGetValue((result[^1], character), out var composed) || TrySyllable(result[^1], character, out composed)))
                result[^1] = composed;
            else
                result.Append(character);
        }

        return result.ToString();
    }

    /// <summary>The same for a name of a file, of letters of either case.</summary>
    public static string ComposeName(string name)
    {
        var result = new StringBuilder(name.Length);
        foreach (var character in name)
        {
            if (result.Length > 0 && TryInName(result[^1], character, out var composed))
                result[^1] = composed;
            else
                result.Append(character);
        }

        return result.ToString();
    }

    private static bool TryInName(char letter, char accent, out char composed)
    {
        var small = char.ToLowerInvariant(letter);
        if (!Composed.TryGetValue((small, accent), out composed) && !ComposedInNames.TryGetValue((small, accent), out composed))
            return TrySyllable(letter, accent, out composed);
        composed = small == letter ? composed : char.ToUpperInvariant(composed);
        return true;
    }

    /// <summary>Hangul: a consonant and a vowel, or a syllable without a final consonant and one (Unicode standard, 3.12).</summary>
    private static bool TrySyllable(char first, char second, out char syllable)
    {
        syllable = '\0';
        if (first is >= '\u1100' and <= '\u1112' && second is >= '\u1161' and <= '\u1175')
            syllable = (char)(FirstSyllable + ((((first - '\u1100') * Vowels) + (second - '\u1161')) * Finals));
        else if (first is >= FirstSyllable and <= '\uD7A3' && (first - FirstSyllable) % Finals == 0 && second is >= '\u11A8' and <= '\u11C2')
            syllable = (char)(first + (second - '\u11A7'));
        return syllable != '\0';
    }

    private static Dictionary<(char, char), char> Table(params (char Accent, string Letters, string Composed)[] rows) =>
        rows.SelectMany(row => row.Letters.Zip(row.Composed, (letter, composed) => KeyValuePair.Create((letter, row.Accent), composed))).ToDictionary();
}
