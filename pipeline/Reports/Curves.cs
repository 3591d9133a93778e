using System.Globalization;

namespace Slipway.Pipeline.Reports;

/// <summary>
/// The figures of a training by step. Where there are more steps than a plot has room for, each stretch of them gives those with the lowest and the
/// highest value, so that a blow-up of one step stays. What is not finite is null, and counted.
/// </summary>
internal sealed record Curves
{
    /// <summary>The columns of <c>metrics.csv</c>, in the order in which they are drawn.</summary>
    private static readonly string[] Names = ["loss", "loss_average", "grad_norm", "lr_unet", "lr_te", "lr_te2", "loss/val", "loss/val_subject", "loss/val_background"];

    private const int MostPoints = 800;

    /// <summary>The last step.</summary>
    public int Steps { get; init; }

    /// <summary>Steps of which a figure was no finite number.</summary>
    public int NotFinite { get; init; }

    /// <summary>By column: points of step and value.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double?[]>> Series { get; init; } = new Dictionary<string, IReadOnlyList<double?[]>>(StringComparer.Ordinal);

    /// <summary>Reads <c>metrics.csv</c>.</summary>
    /// <param name="lines">Its lines; read once, in order.</param>
    public static Curves Read(IEnumerable<string> lines)
    {
        using var line = lines.GetEnumerator();
        var header = line.MoveNext() ? line.Current.Split(',') : [];
        var columns = Names.Select(name => (Name: name, At: Array.IndexOf(header, name))).Where(column => column.At > 0).ToArray();
        var points = columns.Select(_ => new List<(int Step, double Value)>()).ToArray();
        var (steps, notFinite) = (0, 0);
        while (line.MoveNext())
        {
            var cells = line.Current.Split(',');
            if (!int.TryParse(cells[0], CultureInfo.InvariantCulture, out var step))
                continue;
            steps = step;
            for (var i = 0; i < columns.Length; i++)
            {
                // A step that was not measured has an empty cell.
                if (columns[i].At < cells.Length && double.TryParse(cells[columns[i].At], CultureInfo.InvariantCulture, out var value))
                    points[i].Add((step, value));
            }

            notFinite += Array.Exists(points, list => list.Count > 0 && list[^1].Step == step && !double.IsFinite(list[^1].Value)) ? 1 : 0;
        }

        return new Curves
        {
            Steps = steps,
            NotFinite = notFinite,
            Series = columns.Select((column, i) => (column.Name, Points: Thin(points[i]))).Where(series => series.Points.Count > 0)
                .ToDictionary(series => series.Name, series => series.Points, StringComparer.Ordinal),
        };
    }

    private static IReadOnlyList<double?[]> Thin(List<(int Step, double Value)> points)
    {
        var kept = points.Count <= MostPoints ? points : [.. points.Chunk((points.Count + (MostPoints / 2) - 1) / (MostPoints / 2)).SelectMany(Extremes)];
        return [.. kept.Select(point => new double?[] { point.Step, double.IsFinite(point.Value) ? Significant(point.Value) : null })];
    }

    private static IEnumerable<(int Step, double Value)> Extremes((int Step, double Value)[] stretch)
    {
        var broken = Array.Find(stretch, point => !double.IsFinite(point.Value));
        var (low, high) = (stretch.MinBy(point => point.Value), broken.Step > 0 ? broken : stretch.MaxBy(point => point.Value));
        return low.Step == high.Step ? [low] : low.Step < high.Step ? [low, high] : [high, low];
    }

    // Six digits are more than a plot shows, and a third of the text.
    private static double Significant(double value) => double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
