using System.Globalization;
using System.Text.Json;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;

namespace Slipway.Pipeline.Commands.Origins;

/// <summary>Says a file's history to people, as a tree in which each stage stands once, and to machines.</summary>
public static class OriginText
{
    private const int FewValues = 3;

    /// <summary>The history, a line for each thing.</summary>
    public static IReadOnlyList<string> Lines(Origin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        List<string> lines = [$"{origin.Name}: SHA-256 {origin.Hash}"];
        if (origin.Note is not null)
            lines.Add(origin.Note);
        Add(lines, origin, origin.Steps[0], "", [], []);
        return lines;
    }

    /// <summary>What is different between two histories, a line for each thing.</summary>
    public static IReadOnlyList<string> Lines(OriginDifference difference)
    {
        ArgumentNullException.ThrowIfNull(difference);
        List<string> lines = [$"{difference.A.Name} → {difference.B.Name}"];
        if (difference.A.Hash == difference.B.Hash)
            lines.Add("The same bytes.");
        lines.AddRange(difference.Changes.Select(change => $"  {change.Stage}{(change.Items < change.Of ? $" ({change.Items} of {change.Of} items)" : change.Of > 1 ? $" ({change.Of} items)" : "")}: {change.Change}"));
        if (difference.OnlyA.Count > 0)
            lines.Add($"  only behind {difference.A.Name}: {string.Join(", ", difference.OnlyA)}");
        if (difference.OnlyB.Count > 0)
            lines.Add($"  only behind {difference.B.Name}: {string.Join(", ", difference.OnlyB)}");
        if (difference.IsNothing && difference.A.Hash != difference.B.Hash)
            lines.Add("  Nothing that they came from is different, and their bytes are: one of them was changed since, or made where the same key gave other bytes (`Reproduce` tells).");
        else if (difference.IsNothing)
            lines.Add("  Nothing that they came from is different.");
        return lines;
    }

    /// <summary>As JSON: the steps with every item, its settings, files and inputs.</summary>
    public static string Json(Origin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return JsonSerializer.Serialize(OriginDocument.Of(origin), OriginJson.Readable.OriginDocument);
    }

    /// <summary>As JSON: the changes.</summary>
    public static string Json(OriginDifference difference)
    {
        ArgumentNullException.ThrowIfNull(difference);
        return JsonSerializer.Serialize(OriginDifferenceDocument.Of(difference), OriginJson.Readable.OriginDifferenceDocument);
    }

    private static void Add(List<string> lines, Origin origin, OriginStep step, string indent, HashSet<string> told, HashSet<(string, ContentHash)> files)
    {
        told.Add(step.Stage);
        lines.Add($"{indent}{Head(step)}");
        var below = indent + "  ";
        if (Values(step, result => result.Settings) is { Length: > 0 } settings)
            lines.Add($"{below}settings: {settings}");
        if (Values(step, result => result.Environment) is { Length: > 0 } environment)
            lines.Add($"{below}environment: {environment}");
        foreach (var group in step.Files.GroupBy(file => FingerprintEntry.GroupOf(file.Role), StringComparer.Ordinal))
            AddFiles(lines, group.Key, [.. group], below, files);
        foreach (var (role, stage, count) in step.Inputs)
        {
            var what = count == 1 ? "1 file" : $"{count} files";
            if (origin.Step(stage) is not { } input)
            {
                lines.Add($"{below}{role}: {what}, whose records are no longer in the cache");
                continue;
            }

            lines.Add($"{below}{role}: {what} of {stage}{(told.Contains(stage) ? ", see above" : "")}");
            if (!told.Contains(stage))
                Add(lines, origin, input, below + "  ", told, files);
        }
    }

    // Files that several steps read, such as the base model's, are named by the first.
    private static void AddFiles(List<string> lines, string role, IReadOnlyList<OriginFile> all, string indent, HashSet<(string, ContentHash)> told)
    {
        var files = all.Where(file => told.Add((file.Path, file.Hash))).ToList();
        if (files.Count == 0)
        {
            lines.Add($"{indent}{role}: {(all.Count == 1 ? $"your {all[0].Path}" : $"{all.Count} of your files")}, see above");
            return;
        }

        if (files is [var one])
        {
            lines.Add($"{indent}{role}: your {Named(one)}");
            return;
        }

        lines.Add($"{indent}{role}: {files.Count} of your files");
        lines.AddRange(files.Select(file => $"{indent}  {Named(file)}"));
    }

    private static string Named(OriginFile file) => $"{file.Path} {file.Hash.ToString()[..12]}{file.State switch
    {
        OriginFileState.Changed => " (it has changed since)",
        OriginFileState.Missing => " (it is no longer there)",
        _ => "",
    }}";

    private static string Head(OriginStep step)
    {
        var made = step.Made is { } at ? $"{(step.Results.Count > 1 ? "until " : "")}{at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC" : null;
        var took = step.Took is { } time ? $"{DurationText.Of(time)}{(step.Results.Count > 1 ? " together" : "")}" : null;
        var items = step.Results is [var one] ? $"key {one.Key.ToString()[..12]}" : $"{step.Results.Count} items ({string.Join(", ", step.Results.Take(FewValues).Select(result => result.Item))}, …)";
        return string.Join(", ", new[] { step.Stage, items, From(step), made, took }.OfType<string>());
    }

    private static string? From(OriginStep step) => step.Results.Select(result => result.From).OfType<string>().ToList() is { Count: > 0 } from
        ? $"{(from.Count < step.Results.Count ? $"{from.Count} of them " : "")}from {string.Join(" and ", from.Distinct(StringComparer.Ordinal))}"
        : null;

    /// <summary>Each name with its value; of items that differ in it, with the number of different values.</summary>
    private static string Values(OriginStep step, Func<OriginResult, IReadOnlyList<KeyValuePair<string, string>>> of) => string.Join(", ", step.Results
        .SelectMany(of).GroupBy(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)
        .Select(group => group.Distinct(StringComparer.Ordinal).ToList() is [var value]
            ? $"{group.Key} {ValueText.Shorten(value)}"
            : $"{group.Key} {group.Distinct(StringComparer.Ordinal).Count()} different ({string.Join(", ", group.Distinct(StringComparer.Ordinal).Take(FewValues).Select(ValueText.Shorten))}, …)"));
}
