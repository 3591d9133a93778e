namespace Slipway.Imaging.Grids;

/// <summary>
/// How many pages a grid has, and what is on each: as few as <see cref="MaxSide"/> and <see cref="MaxPixels"/> allow, as evenly filled as can
/// be. It follows from the numbers alone, so that a page's file has its name before anything is drawn; for labels there is the most room that
/// they may take.
/// </summary>
/// <param name="Rows">Rows of cells, from 1.</param>
/// <param name="Columns">Columns of cells, from 1.</param>
/// <param name="CellWidth">Width of a cell in pixels, 1 to <see cref="MaxCell"/>.</param>
/// <param name="CellHeight">Height of a cell in pixels, 1 to <see cref="MaxCell"/>.</param>
public sealed record GridLayout(int Rows, int Columns, int CellWidth, int CellHeight)
{
    /// <summary>Longest side of a page in pixels: WebP ends at 16,383.</summary>
    public const int MaxSide = 16_000;

    /// <summary>Most pixels of a page; with 4 bytes each it is held in memory while it is drawn.</summary>
    public const int MaxPixels = 50_000_000;

    /// <summary>Longest side of a cell in pixels.</summary>
    public const int MaxCell = 2_048;

    /// <summary>Pixels around everything, and between its parts.</summary>
    internal const int Margin = 16;

    /// <summary>Pixels between cells.</summary>
    internal const int Gap = 4;

    /// <summary>Most pixels that the labels of rows take, the margins on both sides left out.</summary>
    internal const int MaxRowLabel = 280;

    /// <summary>Most pixels that title, footer and the labels of columns take from the height.</summary>
    internal const int MaxBands = 400;

    private const int Sides = (3 * Margin) + MaxRowLabel;

    /// <summary>The pages: all rows of the first columns, then of the next.</summary>
    public IReadOnlyList<GridPart> Pages()
    {
        Check();
        var columns = Even(Columns, (MaxSide - Sides) / (CellWidth + Gap));
        var width = Sides + (columns * (CellWidth + Gap));
        var rows = Even(Rows, (Math.Min(MaxSide, MaxPixels / width) - MaxBands) / (CellHeight + Gap));
        return
        [
            .. from column in Starts(Columns, columns)
               from row in Starts(Rows, rows)
               select new GridPart(row, Math.Min(rows, Rows - row), column, Math.Min(columns, Columns - column)),
        ];
    }

    private static int Even(int all, int most)
    {
        var parts = (all + most - 1) / most;
        return (all + parts - 1) / parts;
    }

    private static IEnumerable<int> Starts(int all, int each) => Enumerable.Range(0, (all + each - 1) / each).Select(part => part * each);

    private void Check()
    {
        if (Rows < 1 || Columns < 1)
            throw new ArgumentException($"A grid of {Rows} × {Columns} cells shows nothing.");
        if (CellWidth is < 1 or > MaxCell || CellHeight is < 1 or > MaxCell)
            throw new ArgumentException($"Cells of {CellWidth} × {CellHeight} pixels; expected 1 to {MaxCell} a side.");
    }
}

/// <summary>What is on a page of a grid.</summary>
/// <param name="FirstRow">From 0.</param>
/// <param name="Rows">How many.</param>
/// <param name="FirstColumn">From 0.</param>
/// <param name="Columns">How many.</param>
public sealed record GridPart(int FirstRow, int Rows, int FirstColumn, int Columns);
