using System.Globalization;
using System.Text;
using Slipway.Pipeline;
using Slipway.Pipeline.Runs;

namespace Slipway.Build.Display;

/// <summary>What a run ends with: what ran and was reused, where the results lie, and a line of figures of each version.</summary>
internal static class ResultText
{
    private const int Gap = 2;
    private const int StageWidth = 14;
    private const int VersionWidth = 18;

    /// <summary>Columns of the figures with the measures that they show; what has no room goes from the end.</summary>
    private static readonly (string Column, string Measure)[] Columns =
    [
        ("recall", "background_recall"), ("presence", "mascot_presence"), ("white", "near_white_border"), ("flat", "flat_background"),
        ("leakage", "leakage"), ("drift", "drift"), ("memorised", "memorised"), ("diversity", "diversity"), ("tags", "prompt_tags"),
    ];

    /// <summary>A table of what ran and what was reused, and how much of that came from the remote cache, where any did; where nothing ran one line, and one for each version that was named.</summary>
    /// <param name="summaries">What became of the stages.</param>
    /// <param name="versions">The versions that the command line names; null for none.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<StageSummary> summaries, IReadOnlyList<string>? versions = null)
    {
        if (summaries.All(line => line.Run == 0))
        {
            yield return $"Everything is up to date; reused: {string.Join(", ", summaries.GroupBy(line => line.Stage, StringComparer.Ordinal).Select(Reused))}.";
            foreach (var line in summaries.Where(line => line is { Stage: "Train" or "Ensemble", Version: { } version } && versions?.Contains(version) == true))
                yield return $"{line.Stage} {line.Version}: reused";
            yield break;
        }

        var isRemote = summaries.Any(line => line.Remote > 0);
        var (stage, version) = (Width(summaries.Select(line => line.Stage), StageWidth), Width(summaries.Select(line => line.Version ?? ""), VersionWidth));
        yield return "";
        yield return $"{"Stage".PadRight(stage)}{"Version".PadRight(version)}{"Run",6}{"Reused",8}{(isRemote ? $"{"Remote",8}" : "")}{"Time",10}";
        foreach (var line in summaries)
        {
            var time = line.Time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
            yield return $"{line.Stage.PadRight(stage)}{(line.Version ?? "").PadRight(version)}{line.Run,6}{line.Reused,8}{(isRemote ? $"{line.Remote,8}" : "")}{time,8} s";
        }
    }

    // Always a space behind the longest name.
    private static int Width(IEnumerable<string> names, int usual) => Math.Max(usual, names.Max(name => name.Length) + 1);

    private static string Reused(IGrouping<string, StageSummary> stage) =>
        $"{stage.Key} {stage.Sum(line => line.Reused)}{(stage.Sum(line => line.Remote) is var remote and > 0 ? $" ({remote} of them from the remote cache)" : "")}";

    /// <summary>Where the results lie, and the figures.</summary>
    /// <param name="results">What the run has left.</param>
    /// <param name="folder">Full path of the folder in which the user stands.</param>
    /// <param name="width">Characters in a line; 0: any number.</param>
    public static IEnumerable<string> Lines(RunResults results, string folder, int width)
    {
        if (results.Places.Count == 0)
            yield break;
        yield return "";
        var label = results.Places.Max(place => place.What.Length) + Gap;
        foreach (var place in results.Places)
        {
            var path = Path.GetRelativePath(folder, place.Path).Replace('\\', '/');
            yield return $"{place.What.PadRight(label)}{path}{(place.Others == 0 ? "" : $" and {place.Others} more")}";
        }

        foreach (var line in Figures(results.Versions, width))
            yield return line;
    }

    private static IEnumerable<string> Figures(IReadOnlyList<VersionMeasures> versions, int width)
    {
        if (versions.Count == 0)
            yield break;
        var name = versions.Select(version => version.Version.Length).Append("Version".Length).Max();
        var told = Columns.Where(column => versions.Any(version => version.Measures.GetValueOrDefault(column.Measure) is not null)).ToList();
        while (width > 0 && told.Count > 1 && name + told.Sum(column => Gap + Math.Max(column.Column.Length, 4)) > width)
            told.RemoveAt(told.Count - 1);
        yield return "";
        yield return Row("Version", name, told.Select(column => (column.Column, column.Column)));
        foreach (var version in versions)
            yield return Row(version.Version, name, told.Select(column => (column.Column, Cell(version.Measures.GetValueOrDefault(column.Measure)))));
    }

    private static string Row(string version, int width, IEnumerable<(string Column, string Text)> cells)
    {
        var row = new StringBuilder(version.PadRight(width));
        foreach (var (column, text) in cells)
            row.Append(text.PadLeft(Gap + Math.Max(column.Length, 4)));
        return row.ToString();
    }

    private static string Cell(double? value) => value?.ToString("F2", CultureInfo.InvariantCulture) ?? "-";
}
