using System.Text;

namespace Slipway.Diffusion.Text;

/// <summary>
/// A character set of one byte a character, in which UTF-8 was read by mistake. The Windows sets are taken as browsers
/// and ftfy take them: a byte without a character is the control character of its number, and U+FFFD is byte 1A.
/// </summary>
internal sealed class SingleByteCharset
{
    private const int Latin1Page = 28591;
    private const byte Substitute = 0x1A;
    private const char Replacement = '\uFFFD';

    private readonly char[] _characters;
    private readonly Dictionary<char, byte> _bytes = [];

    private SingleByteCharset(int codePage, params (byte Byte, char Character)[] exceptions)
    {
        var encoding = codePage == Latin1Page ? Encoding.Latin1 : CodePagesEncodingProvider.Instance.GetEncoding(codePage)!;
        _characters = encoding.GetChars([.. Enumerable.Range(0, 256).Select(value => (byte)value)]);
        IsWindows = codePage is >= 1250 and < 1260;
        foreach (var (value, character) in exceptions)
            _characters[value] = character;
        if (IsWindows)
            _characters[Substitute] = Replacement;
        for (var value = 0; value < _characters.Length; value++)
            _bytes.TryAdd(_characters[value], (byte)value);
    }

    /// <summary>Those that are tried, in their order; the .NET tables differ from Unicode's mapping files in the characters given.</summary>
    public static IReadOnlyList<SingleByteCharset> All { get; } =
    [
        new(Latin1Page),
        new(1252),
        new(1251),
        new(1250),
        new(1253, (0xAA, '\u00AA'), (0xD2, '\u00D2'), (0xFF, '\u00FF')),
        new(1254),
        new(28592),
        new(10000, (0xBD, '\u03A9')),
        new(437),
    ];

    /// <summary>The character set Latin-1 (ISO 8859-1).</summary>
    public static SingleByteCharset Latin1 => All[0];

    /// <summary>The character set Windows-1252.</summary>
    public static SingleByteCharset Windows1252 => All[1];

    /// <summary>Whether it is one of the Windows sets.</summary>
    public bool IsWindows { get; }

    /// <summary>The bytes that <paramref name="text"/> was read from; null where it cannot have been this set.</summary>
    public byte[]? TryEncode(string text)
    {
        var result = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
            if (!_bytes.TryGetValue(text[i], out result[i]))
                return null;
        return result;
    }

    /// <summary>The character of a byte.</summary>
    public char Decode(byte value) => _characters[value];
}
