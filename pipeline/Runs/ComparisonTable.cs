using System.Globalization;
using System.Text;
using Slipway.Pipeline.Jobs;

namespace Slipway.Pipeline.Runs;

/// <summary>
/// Versions beside each other, a row each: what the evaluation found, what was measured while they learned, and how long
/// that took. Times are no part of any stage's output, so that equal runs give equal bytes: the table is written anew by
/// every evaluation.
/// </summary>
internal sealed class ComparisonTable
{
    private readonly List<string[]> _rows = [];

    /// <param name="version">Name of a version, an ensemble, or the base model.</param>
    /// <param name="figures">What the evaluation found.</param>
    /// <param name="measured">What was measured while it learned; null for nothing.</param>
    /// <param name="time">How long it took to make it; null for nothing.</param>
    public void Add(string version, EvaluationFigures figures, KeptMeasurement? measured, TimeSpan? time) => _rows.Add(
    [
        version,
        Share(figures.BackgroundRecall),
        Share(figures.MascotPresence),
        Share(figures.NearWhiteBorder),
        Loss(measured?.Val),
        Loss(measured?.ValSubject),
        Loss(measured?.ValBackground),
        Steps(measured),
        time is { } taken ? taken.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture) : "",
    ]);

    /// <summary>A Markdown table, columns padded so that it can be read as it is.</summary>
    public override string ToString()
    {
        string[] header = ["version", "background_recall", "mascot_presence", "near_white_border", "loss/val", "val_subject", "val_background", "steps", "seconds"];
        var widths = header.Select((name, column) => Math.Max(name.Length, _rows.Select(row => row[column].Length).DefaultIfEmpty(0).Max())).ToArray();
        var text = new StringBuilder();
        foreach (var row in (IEnumerable<string[]>)[header, [.. widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ":")], .. _rows])
            text.Append("| ").AppendJoin(" | ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).Append(" |\n");
        return text.ToString();
    }

    private static string Share(double? share) => share?.ToString("P0", PercentFormat) ?? "";

    private static NumberFormatInfo PercentFormat { get; } = new() { PercentPositivePattern = 1, PercentNegativePattern = 1 };

    private static string Loss(double? loss) => loss?.ToString("F4", CultureInfo.InvariantCulture) ?? "";

    private static string Steps(KeptMeasurement? measured) => measured switch
    {
        { Steps: { } steps, KeptStep: { } kept } => kept == steps ? $"{steps}" : $"★ {kept} of {steps}",
        _ => "",
    };
}
