using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Grids;

/// <summary>A labelled grid of pictures.</summary>
/// <param name="Title">Above everything.</param>
/// <param name="RowLabels">One for each row.</param>
/// <param name="ColumnLabels">One for each column.</param>
/// <param name="Cell">Gives the picture of a row and a column; asked for each once, row by row, and let go of when it is drawn.</param>
/// <param name="Footer">Below everything, small; null for none.</param>
/// <param name="CellWidth">Width of a cell in pixels.</param>
/// <param name="CellHeight">Height of a cell in pixels.</param>
public sealed record GridSpec(
    string Title,
    IReadOnlyList<string> RowLabels,
    IReadOnlyList<string> ColumnLabels,
    Func<int, int, Picture> Cell,
    string? Footer,
    int CellWidth,
    int CellHeight)
{
    /// <summary>How it is parted into pages.</summary>
    public GridLayout Layout => new(RowLabels.Count, ColumnLabels.Count, CellWidth, CellHeight);
}
