using SkiaSharp;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Grids;

/// <summary>A labelled grid of pictures.</summary>
/// <param name="Title">Above everything.</param>
/// <param name="RowLabels">One for each row.</param>
/// <param name="ColumnLabels">One for each column.</param>
/// <param name="Rows">The pictures, row by row.</param>
/// <param name="Footer">Below everything, small; null for none.</param>
/// <param name="CellSize">Side of a cell in pixels; small pictures are enlarged to it by whole pixels.</param>
public sealed record GridSpec(
    string Title,
    IReadOnlyList<string> RowLabels,
    IReadOnlyList<string> ColumnLabels,
    IReadOnlyList<IReadOnlyList<Picture>> Rows,
    string? Footer,
    int CellSize);

/// <summary>Draws grids for comparing pictures by eye.</summary>
public static class Grid
{
    private const int Margin = 16;
    private const int Gap = 4;
    private const int TitleScale = 3;
    private const int LabelScale = 2;
    private static readonly SKColor Paper = new(0xFA, 0xF8, 0xF4);
    private static readonly SKColor Ink = new(0x24, 0x29, 0x33);
    private static readonly SKColor Faint = new(0x6B, 0x72, 0x80);

    /// <summary>The grid as one picture.</summary>
    /// <exception cref="ArgumentException">Labels and pictures do not match in number.</exception>
    public static Picture Draw(GridSpec spec)
    {
        if (spec.Rows.Count != spec.RowLabels.Count || spec.Rows.Any(row => row.Count != spec.ColumnLabels.Count))
        {
            throw new ArgumentException(
                $"Grid '{spec.Title}': {spec.RowLabels.Count} row and {spec.ColumnLabels.Count} column labels for rows of {string.Join(", ", spec.Rows.Select(row => row.Count))} pictures.");
        }

        var left = (2 * Margin) + (spec.RowLabels.Max(PixelFont.Measure) * LabelScale);
        var top = (3 * Margin) + (PixelFont.Height * (TitleScale + LabelScale));
        var step = spec.CellSize + Gap;
        var bottom = spec.Footer is null ? Margin : (2 * Margin) + (PixelFont.Height * LabelScale);
        var width = Math.Max(left + (spec.ColumnLabels.Count * step) + Margin, (2 * Margin) + (PixelFont.Measure(spec.Title) * TitleScale));
        using var bitmap = new SKBitmap(new SKImageInfo(width, top + (spec.Rows.Count * step) + bottom, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(Paper);
        Text(canvas, spec.Title, Margin, Margin, TitleScale, Ink);
        for (var column = 0; column < spec.ColumnLabels.Count; column++)
        {
            var label = Shorten(spec.ColumnLabels[column], spec.CellSize / LabelScale);
            var indent = (spec.CellSize - (PixelFont.Measure(label) * LabelScale)) / 2;
            Text(canvas, label, left + (column * step) + indent, top - Margin + 4 - (PixelFont.Height * LabelScale), LabelScale, Ink);
        }

        for (var row = 0; row < spec.Rows.Count; row++)
        {
            var y = top + (row * step);
            Text(canvas, spec.RowLabels[row], Margin, y + ((spec.CellSize - (PixelFont.Height * LabelScale)) / 2), LabelScale, Ink);
            for (var column = 0; column < spec.ColumnLabels.Count; column++)
            {
                Cell(canvas, spec.Rows[row][column], left + (column * step), y, spec.CellSize);
            }
        }

        if (spec.Footer is { } footer)
        {
            Text(canvas, Shorten(footer, (width - (2 * Margin)) / LabelScale), Margin, bitmap.Height - Margin - (PixelFont.Height * LabelScale), LabelScale, Faint);
        }

        return Picture.FromBitmap(bitmap);
    }

    private static void Cell(SKCanvas canvas, Picture picture, int x, int y, int size)
    {
        var enlarged = size % picture.Width == 0 && size % picture.Height == 0;
        using var bitmap = (enlarged ? picture : picture.Resize(size, size)).ToBitmap();
        using var image = SKImage.FromBitmap(bitmap);
        canvas.DrawImage(image, new SKRect(x, y, x + size, y + size), new SKSamplingOptions(SKFilterMode.Nearest));
        using var border = new SKPaint { Color = Ink.WithAlpha(60), IsStroke = true };
        canvas.DrawRect(x - 0.5f, y - 0.5f, size + 1, size + 1, border);
    }

    private static void Text(SKCanvas canvas, string text, int x, int y, int scale, SKColor color)
    {
        using var paint = new SKPaint { Color = color };
        foreach (var (column, row) in PixelFont.Pixels(text))
        {
            canvas.DrawRect(x + (column * scale), y + (row * scale), scale, scale, paint);
        }
    }

    private static string Shorten(string text, int width)
    {
        if (PixelFont.Measure(text) <= width)
        {
            return text;
        }

        return string.Concat(text.AsSpan(0, Math.Max(0, ((width + 1) / PixelFont.Advance) - 2)), "..");
    }
}
