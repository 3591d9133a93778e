using Slipway.Imaging.Fonts;
using Slipway.Imaging.Pictures;
using Slipway.Imaging.Resampling;

namespace Slipway.Imaging.Grids;

/// <summary>
/// Draws grids for comparing pictures by eye. Small pictures are enlarged by whole pixels, large ones shrink to the mean of the area that a
/// pixel covers; both keep their shape. A page holds its own pixels and one picture at a time, whatever the number of cells.
/// </summary>
public static class Grid
{
    private const int Margin = GridLayout.Margin;
    private const int Gap = GridLayout.Gap;
    private const int TitleSize = 24;
    private const int LabelSize = 15;
    private const int FooterSize = 13;
    private const int TitleLines = 3;
    private const int ColumnLines = 4;
    private const int RowLines = 8;
    private const int FooterLines = 6;
    private const int LeastWidth = 360;
    private static readonly Shade Paper = new(0xFA, 0xF8, 0xF4);
    private static readonly Shade Ink = new(0x24, 0x29, 0x33);
    private static readonly Shade Faint = new(0x6B, 0x72, 0x80);
    private static readonly Shade Border = new(0xC8, 0xC7, 0xC6);

    /// <summary>A grid that has one page.</summary>
    /// <exception cref="ArgumentException">There is nothing to show, or too much for one page.</exception>
    public static Picture Draw(GridSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var pages = spec.Layout.Pages();
        return pages.Count == 1 ? Draw(spec, 0) : throw new ArgumentException($"Grid '{spec.Title}' has {pages.Count} pages.");
    }

    /// <summary>A page of a grid.</summary>
    /// <param name="spec">The grid.</param>
    /// <param name="page">From 0, in the order of <see cref="GridLayout.Pages"/>.</param>
    /// <exception cref="ArgumentException">There is nothing to show.</exception>
    public static Picture Draw(GridSpec spec, int page)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var pages = spec.Layout.Pages();
        var part = pages[page];
        using var titleFont = new LabelFont(TitleSize);
        using var labelFont = new LabelFont(LabelSize);
        using var footerFont = new LabelFont(FooterSize);

        string[] rowLabels = [.. spec.RowLabels.Skip(part.FirstRow).Take(part.Rows)];
        var rowWidth = Math.Min(GridLayout.MaxRowLabel, rowLabels.Max(labelFont.Measure));
        var left = (2 * Margin) + rowWidth;
        var (stepX, stepY) = (spec.CellWidth + Gap, spec.CellHeight + Gap);
        var width = Math.Max(LeastWidth, left + (part.Columns * stepX) - Gap + Margin);

        var title = titleFont.Wrap(pages.Count == 1 ? spec.Title : $"{spec.Title} ({page + 1} / {pages.Count})", width - (2 * Margin), TitleLines);
        IReadOnlyList<string>[] columnLabels = [.. spec.ColumnLabels.Skip(part.FirstColumn).Take(part.Columns).Select(label => labelFont.Wrap(label, spec.CellWidth, ColumnLines))];
        var footer = spec.Footer is null ? [] : footerFont.Wrap(spec.Footer, width - (2 * Margin), FooterLines);
        var columnTop = Margin + (title.Count * titleFont.LineHeight) + Margin;
        var top = columnTop + (columnLabels.Max(lines => lines.Count) * labelFont.LineHeight) + (Margin / 2);
        var bottom = top + (part.Rows * stepY) - Gap;
        var height = bottom + Margin + (footer.Count == 0 ? 0 : (footer.Count * footerFont.LineHeight) + Margin);

        var sheet = new Sheet(width, height, Paper);
        Lines(sheet, titleFont, title, Margin, Margin, Ink);
        for (var column = 0; column < part.Columns; column++)
        {
            var lines = columnLabels[column];
            for (var line = 0; line < lines.Count; line++)
            {
                var x = left + (column * stepX) + ((spec.CellWidth - labelFont.Measure(lines[line])) / 2);
                sheet.Write(labelFont.Draw(lines[line]), x, top - (Margin / 2) - ((lines.Count - line) * labelFont.LineHeight), Ink);
            }
        }

        for (var row = 0; row < part.Rows; row++)
        {
            var y = top + (row * stepY);
            var lines = labelFont.Wrap(rowLabels[row], rowWidth, Math.Clamp(spec.CellHeight / labelFont.LineHeight, 1, RowLines));
            Lines(sheet, labelFont, lines, Margin, y + ((spec.CellHeight - (lines.Count * labelFont.LineHeight)) / 2), Ink);
            for (var column = 0; column < part.Columns; column++)
                Cell(sheet, spec, spec.Cell(part.FirstRow + row, part.FirstColumn + column), left + (column * stepX), y);
        }

        Lines(sheet, footerFont, footer, Margin, bottom + Margin, Faint);
        return sheet.Picture;
    }

    private static void Lines(Sheet sheet, LabelFont font, IReadOnlyList<string> lines, int x, int y, Shade ink)
    {
        for (var line = 0; line < lines.Count; line++)
            sheet.Write(font.Draw(lines[line]), x, y + (line * font.LineHeight), ink);
    }

    private static void Cell(Sheet sheet, GridSpec spec, Picture picture, int x, int y)
    {
        var scale = Math.Max(1, Math.Min(spec.CellWidth / picture.Width, spec.CellHeight / picture.Height));
        var shown = picture.Width > spec.CellWidth || picture.Height > spec.CellHeight ? Shrunk(picture, spec.CellWidth, spec.CellHeight) : picture;
        var (width, height) = (shown.Width * scale, shown.Height * scale);
        var (left, top) = (x + ((spec.CellWidth - width) / 2), y + ((spec.CellHeight - height) / 2));
        sheet.Frame(left - 1, top - 1, width + 2, height + 2, Border);
        sheet.Place(shown, left, top, scale);
    }

    private static Picture Shrunk(Picture picture, int width, int height)
    {
        var share = Math.Min(width / (double)picture.Width, height / (double)picture.Height);
        return Resampler.Resize(
            picture.HasAlpha ? picture.Flatten(Paper.Red, Paper.Green, Paper.Blue) : picture,
            Math.Clamp((int)Math.Round(picture.Width * share), 1, width),
            Math.Clamp((int)Math.Round(picture.Height * share), 1, height));
    }
}
