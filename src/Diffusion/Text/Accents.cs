using System.Text;

namespace Slipway.Diffusion;

/// <summary>
/// Joins a lower-case Latin letter and the accent that follows it into one character, for the letters up to U+017F:
/// the part of Unicode's normal form C that prompts meet. .NET's own normalisation does nothing where the process
/// runs without ICU, and token ids must not depend on that.
/// </summary>
internal static class Accents
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
        ('\u0328', "aeiu", "ąęįų"));

    public static string Compose(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (result.Length > 0 && Composed.TryGetValue((result[^1], character), out var composed))
                result[^1] = composed;
            else
                result.Append(character);
        }

        return result.ToString();
    }

    private static Dictionary<(char, char), char> Table(params (char Accent, string Letters, string Composed)[] rows)
        => rows.SelectMany(row => row.Letters.Zip(row.Composed, (letter, composed) => KeyValuePair.Create((letter, row.Accent), composed))).ToDictionary();
}
