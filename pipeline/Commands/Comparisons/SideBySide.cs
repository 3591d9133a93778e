using System.Globalization;
using Slipway.Imaging.Grids;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Commands.Snapshots;

namespace Slipway.Pipeline.Commands.Comparisons;

/// <summary>A grid with pairs of pictures below one another: a column a prompt, two rows a version and seed.</summary>
internal static class SideBySide
{
    private const int Cell = 192;
    private const int MostPairs = 8;
    private const int MostColumns = 16;

    /// <summary>The grid; null where there is nothing to draw.</summary>
    /// <param name="title">Above it.</param>
    /// <param name="labels">What the two sides are called.</param>
    /// <param name="pictures">The pairs.</param>
    public static Picture? Draw(string title, (string Before, string After) labels, IReadOnlyList<(ResultPicture Place, Picture Before, Picture After)> pictures)
    {
        if (pictures.Count == 0)
            return null;
        string[] kinds = [.. pictures.Select(pair => pair.Place.Kind!).Distinct(StringComparer.Ordinal).Take(MostColumns)];
        var rows = pictures.GroupBy(pair => (pair.Place.Version, pair.Place.Seed)).Take(MostPairs).ToList();
        var isOneVersion = rows.Select(row => row.Key.Version).Distinct(StringComparer.Ordinal).Count() == 1;
        string Label(string side, (string? Version, long? Seed) row) => string.Create(CultureInfo.InvariantCulture, $"{(isOneVersion ? "" : $"{row.Version} ")}{side} {row.Seed}");
        List<Picture>[] cells = [.. rows.SelectMany(row => new[] { Row(kinds, [.. row], pair => pair.Before), Row(kinds, [.. row], pair => pair.After) })];
        return Grid.Draw(new GridSpec(
            title,
            [.. rows.SelectMany(row => new[] { Label(labels.Before, row.Key), Label(labels.After, row.Key) })],
            kinds,
            (row, column) => cells[row][column],
            pictures.Count > rows.Sum(row => row.Count()) ? $"{rows.Sum(row => row.Count())} of {pictures.Count} pairs" : null,
            Cell,
            Cell));
    }

    private static List<Picture> Row(
        string[] kinds, IReadOnlyList<(ResultPicture Place, Picture Before, Picture After)> pairs, Func<(ResultPicture Place, Picture Before, Picture After), Picture> side) =>
        [.. kinds.Select(kind => pairs.Where(pair => pair.Place.Kind == kind).Select(side).FirstOrDefault() ?? new Picture(Cell, Cell))];
}
