using System.Globalization;
using System.Text;
using System.Text.Json;
using Slipway.Pipeline.Commands.Snapshots;

namespace Slipway.Pipeline.Commands.Comparisons;

/// <summary>Says a comparison to people, as Markdown whose tables can be read as they are, and to machines.</summary>
public static class ComparisonText
{
    /// <summary>As Markdown.</summary>
    /// <param name="comparison">What is said.</param>
    public static string Markdown(Comparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var text = new StringBuilder($"# {comparison.From} → {comparison.To}\n");
        Section(text, "Settings", comparison.Settings.Count == 0 ? ["nothing differs"] : Table(["setting", "from", "to"], comparison.Settings.Select(Row), rightFrom: 3));
        Section(text, "Measures", Table(
            comparison.Measures.Any(measure => measure.Version is not null) ? ["version", "measure", "from", "to", "difference", ""] : ["measure", "from", "to", "difference", ""],
            comparison.Measures.Select(measure => Row(measure, comparison.Measures.Any(other => other.Version is not null))),
            rightFrom: comparison.Measures.Any(measure => measure.Version is not null) ? 2 : 1));
        Section(text, "Pictures", Pictures(comparison.Pictures));
        if (comparison.Stages.Count > 0)
            Section(text, "Stages with other results in the lock file", comparison.Stages.Select(stage => $"- {stage}"));
        if (comparison.Notes.Count > 0)
            Section(text, "Notes", comparison.Notes.Select(note => $"- {note}"));
        if (comparison.Picture is { } picture)
            Section(text, "Side by side", [picture]);
        return text.ToString();
    }

    /// <summary>As JSON: one document.</summary>
    /// <param name="comparison">What is said.</param>
    public static string Json(Comparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        return JsonSerializer.Serialize(ComparisonDocument.Of(comparison), ComparisonJson.Readable.ComparisonDocument);
    }

    private static void Section(StringBuilder text, string title, IEnumerable<string> lines) => text.Append($"\n## {title}\n\n").AppendJoin('\n', lines).Append('\n');

    private static string[] Row(SettingChange change) => change.IsFile
        ? [change.Path, change.From?[..8] ?? "", change.To?[..8] ?? ""]
        : [change.Path, change.From ?? "not set", change.To ?? "not set"];

    private static string[] Row(MeasureChange measure, bool hasVersion) =>
    [
        .. hasVersion ? new[] { measure.Version ?? "" } : [],
        measure.Measure,
        Number(measure.From) + Range(measure.FromInterval),
        Number(measure.To) + Range(measure.ToInterval),
        measure.Difference is { } difference ? $"{difference.ToString("+0.####;-0.####;0", CultureInfo.InvariantCulture)}{Range(difference == 0 ? null : measure.Interval)}" : "",
        measure.IsBeyondNoise switch { true => "beyond noise", false when measure.Difference != 0 => "noise", _ => "" },
    ];

    private static IEnumerable<string> Pictures(IReadOnlyList<PictureChange> pictures)
    {
        if (pictures.Count == 0)
            return ["none compared"];
        var counts = pictures.CountBy(picture => picture.State, StringComparer.Ordinal).OrderBy(state => state.Key, StringComparer.Ordinal);
        var different = pictures.Where(picture => picture.State != "same").ToList();
        return [string.Join(", ", counts.Select(state => $"{state.Value} {state.Key}")), .. different.Count == 0 ? [] : (IEnumerable<string>)["", .. Table(["picture", "", "SSIM"], different.Select(Row), rightFrom: 2)]];
    }

    private static string[] Row(PictureChange picture) => [picture.Name, picture.State, Number(picture.Ssim)];

    private static string Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";

    private static string Range((double Low, double High)? interval) => interval is { } range ? string.Create(CultureInfo.InvariantCulture, $" [{range.Low:0.###}, {range.High:0.###}]") : "";

    private static IEnumerable<string> Table(string[] header, IEnumerable<string[]> rows, int rightFrom)
    {
        var all = rows.Select(row => row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)).ToArray()).ToList();
        var widths = header.Select((name, column) => all.Select(row => row[column].Length).Append(name.Length).Append(3).Max()).ToArray();
        string[] line = [.. widths.Select((width, column) => column < rightFrom ? new string('-', width) : new string('-', width - 1) + ":")];
        foreach (var row in all.Prepend(line).Prepend(header))
            yield return $"| {string.Join(" | ", row.Select((cell, column) => column < rightFrom ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))} |";
    }
}
