using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SkiaSharp;

namespace Slipway.Imaging.Fonts;

/// <summary>
/// The font of all labels, BIZ UDPGothic (SIL Open Font License, see <c>OFL.txt</c>): Latin, Greek, Cyrillic, kana and the ideographs of
/// JIS X 0208. It comes with Slipway: no font of the system is asked, and equal words give equal pixels on every machine. Letters stand
/// on whole pixels, unhinted.
/// </summary>
public sealed class LabelFont : IDisposable
{
    private const string Resource = "Slipway.Imaging.Fonts.BIZUDPGothic-Regular.ttf";
    private const char Replacement = '□';

    // Letters that reach a little beyond their advance, such as j, keep their ends.
    private const int Overhang = 2;

    private static readonly Lazy<SKTypeface> Shipped = new(Open);
    private readonly SKFont _font;
    private readonly int _unitsPerEm;
    private readonly Dictionary<int, Glyph> _glyphs = [];

    /// <param name="size">Size of the letters in pixels, from 6.</param>
    public LabelFont(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 6);
        (Size, LineHeight) = (size, ((size * 4) + 2) / 3);
        _unitsPerEm = Shipped.Value.UnitsPerEm;
        _font = new SKFont(Shipped.Value, size)
        {
            Edging = SKFontEdging.Antialias, Hinting = SKFontHinting.None, Subpixel = false, LinearMetrics = true, EmbeddedBitmaps = false, ForceAutoHinting = false,
        };
    }

    /// <summary>Size of the letters in pixels.</summary>
    public int Size { get; }

    /// <summary>Pixels from one line to the next.</summary>
    public int LineHeight { get; }

    /// <summary>The font's file.</summary>
    public static byte[] ReadFile()
    {
        using var stream = typeof(LabelFont).Assembly.GetManifestResourceStream(Resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Width of a line in pixels.</summary>
    public int Measure(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ToPixels(Glyphs(text).Sum(glyph => (long)glyph.Advance));
    }

    /// <summary>The text in lines of at most <paramref name="width"/> pixels; what does not fit into the last of them ends in an ellipsis.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="lines">At most so many lines, from 1.</param>
    public IReadOnlyList<string> Wrap(string text, int width, int lines) => LineBreaks.Wrap(text, line => Measure(line) <= width, lines);

    /// <summary>How much of each pixel a line of text covers. A letter that the font lacks is a box.</summary>
    public LabelMask Draw(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var glyphs = Glyphs(text).ToArray();
        var width = ToPixels(glyphs.Sum(glyph => (long)glyph.Advance)) + (2 * Overhang);
        var mask = new LabelMask(-Overhang, width, LineHeight, new byte[width * LineHeight]);
        if (glyphs.Length == 0)
            return mask;
        using var bitmap = new SKBitmap(new SKImageInfo(width, LineHeight, SKColorType.Alpha8, SKAlphaType.Premul));
        bitmap.Erase(SKColors.Transparent);
        using (var canvas = new SKCanvas(bitmap))
        using (var builder = new SKTextBlobBuilder())
        using (var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true })
        {
            builder.AddPositionedRun([.. glyphs.Select(glyph => glyph.Id)], _font, Positions(glyphs));
            using var blob = builder.Build();
            canvas.DrawText(blob!, 0, 0, paint);
        }

        for (var y = 0; y < LineHeight; y++)
            bitmap.GetPixelSpan().Slice(y * bitmap.RowBytes, width).CopyTo(mask.Coverage.AsSpan(y * width));
        return mask;
    }

    /// <inheritdoc/>
    public void Dispose() => _font.Dispose();

    private static SKTypeface Open()
    {
        using var data = SKData.CreateCopy(ReadFile());
        return SKTypeface.FromData(data) ?? throw new InvalidDataException($"The font {Resource} cannot be read.");
    }

    private SKPoint[] Positions(Glyph[] glyphs)
    {
        var positions = new SKPoint[glyphs.Length];
        long pen = 0;
        for (var i = 0; i < glyphs.Length; i++)
        {
            positions[i] = new SKPoint(Overhang + ToPixels(pen), Size);
            pen += glyphs[i].Advance;
        }

        return positions;
    }

    private int ToPixels(long units) => (int)(((units * Size) + (_unitsPerEm / 2)) / _unitsPerEm);

    private IEnumerable<Glyph> Glyphs(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // Joiners, marks of direction and variation selectors have no shape of their own.
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format && rune.Value is not (>= 0xFE00 and <= 0xFE0F))
                yield return GlyphOf(Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) && rune.Value != 0x3000 ? ' ' : rune.Value);
        }
    }

    private Glyph GlyphOf(int letter)
    {
        if (_glyphs.TryGetValue(letter, out var known))
            return known;
        var id = _font.GetGlyph(letter);
        if (id == 0)
            id = _font.GetGlyph(Replacement);
        using var units = new SKFont(Shipped.Value, _unitsPerEm) { Hinting = SKFontHinting.None, LinearMetrics = true };
        return _glyphs[letter] = new Glyph(id, (int)MathF.Round(units.GetGlyphWidths([id])[0]));
    }

    /// <param name="Id">In the font.</param>
    /// <param name="Advance">In the font's units.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Glyph(ushort Id, int Advance);
}
