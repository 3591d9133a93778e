namespace Slipway.Imaging.Grids;

/// <summary>
/// Capitals, digits and signs of 5×7 pixels: a fresh machine has no fonts. A letter is seven rows from the top, each
/// a digit of base 32 whose bits are the row's pixels from left to right.
/// </summary>
internal static class PixelFont
{
    /// <summary>Pixels from one letter to the next.</summary>
    public const int Advance = 6;

    /// <summary>Height of a letter in pixels.</summary>
    public const int Height = 7;

    private const int Width = 5;
    private const string Unknown = "VHHHHHV";

    private static readonly Dictionary<char, string> Letters = new()
    {
        [' '] = "0000000",
        ['A'] = "EHHVHHH",
        ['B'] = "UHHUHHU",
        ['C'] = "EHGGGHE",
        ['D'] = "UHHHHHU",
        ['E'] = "VGGUGGV",
        ['F'] = "VGGUGGG",
        ['G'] = "EHGNHHF",
        ['H'] = "HHHVHHH",
        ['I'] = "E44444E",
        ['J'] = "1111HHE",
        ['K'] = "HIKOKIH",
        ['L'] = "GGGGGGV",
        ['M'] = "HRLLHHH",
        ['N'] = "HHPLJHH",
        ['O'] = "EHHHHHE",
        ['P'] = "UHHUGGG",
        ['Q'] = "EHHHLID",
        ['R'] = "UHHUKIH",
        ['S'] = "FGGE11U",
        ['T'] = "V444444",
        ['U'] = "HHHHHHE",
        ['V'] = "HHHHHA4",
        ['W'] = "HHHLLRH",
        ['X'] = "HHA4AHH",
        ['Y'] = "HHA4444",
        ['Z'] = "V1248GV",
        ['0'] = "EHJLPHE",
        ['1'] = "4C4444E",
        ['2'] = "EH1248V",
        ['3'] = "V2421HE",
        ['4'] = "26AIV22",
        ['5'] = "VGU11HE",
        ['6'] = "68GUHHE",
        ['7'] = "V124888",
        ['8'] = "EHHEHHE",
        ['9'] = "EHHF12C",
        ['_'] = "000000V",
        ['.'] = "00000CC",
        [','] = "0000C48",
        [':'] = "0CC0CC0",
        ['-'] = "000V000",
        ['+'] = "044V440",
        ['='] = "00V0V00",
        ['('] = "2488842",
        [')'] = "8422248",
        ['/'] = "01248G0",
        ['%'] = "OP248J3",
        ['"'] = "AA00000",
        ['\''] = "4400000",
        ['×'] = "0HA4AH0",
        ['#'] = "AAVAVAA",
        ['*'] = "0LEVEL0",
        ['!'] = "4444404",
        ['?'] = "EH12404",
        ['<'] = "248G842",
        ['>'] = "8421248",
        ['['] = "E88888E",
        [']'] = "E22222E",
    };

    /// <summary>Width of a text in pixels, unscaled.</summary>
    public static int Measure(string text) => Math.Max(0, (text.Length * Advance) - 1);

    /// <summary>The text's pixels, unscaled, from its upper left corner. Small letters are drawn as capitals.</summary>
    public static IEnumerable<(int X, int Y)> Pixels(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var rows = Letters.GetValueOrDefault(char.ToUpperInvariant(text[i]), Unknown);
            for (var y = 0; y < Height; y++)
            {
                var bits = rows[y] >= 'A' ? rows[y] - 'A' + 10 : rows[y] - '0';
                for (var x = 0; x < Width; x++)
                {
                    if ((bits & (1 << (Width - 1 - x))) != 0)
                    {
                        yield return ((i * Advance) + x, y);
                    }
                }
            }
        }
    }
}
