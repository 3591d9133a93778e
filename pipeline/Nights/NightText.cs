using System.Globalization;
using System.Text;
using Slipway.Engine.Execution;

namespace Slipway.Pipeline.Nights;

/// <summary>A night as Markdown: <c>nightly.md</c>.</summary>
internal static class NightText
{
    public static string Write(NightReport report, string workspace)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Night of {report.Date:yyyy-MM-dd}: {report.Verdict}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"`{report.Plan}`{(report.Profile is { } profile ? $", profile `{profile}`" : "")}; {DurationText.Of(report.Took)}; exit code {report.Code}.\n\n");
        foreach (var step in report.Steps)
            text.Append(CultureInfo.InvariantCulture, $"- **{step.Name}**: {Line(step.Text)}\n");
        Findings(text, report);
        Stages(text, report);
        Measures(text, report);
        if (report.Results.Places.Count > 0)
        {
            text.Append("\n## Where the results lie\n\n");
            foreach (var place in report.Results.Places)
                text.Append(CultureInfo.InvariantCulture, $"- {place.What}: `{Path.GetRelativePath(workspace, place.Path).Replace('\\', '/')}`{(place.Others == 0 ? "" : $" and {place.Others} more")}\n");
        }

        return text.ToString();
    }

    private static void Findings(StringBuilder text, NightReport report)
    {
        if (report.Findings.Count == 0)
            return;
        text.Append("\n## What to look at\n\n");
        foreach (var (step, finding) in report.Steps.SelectMany(step => step.Findings.Select(finding => (step, finding))))
            text.Append(CultureInfo.InvariantCulture, $"- {step.Name} ({Word(finding.Code)}): {Indented(finding.Text)}\n");
    }

    private static void Stages(StringBuilder text, NightReport report)
    {
        var ran = report.Stages.Where(stage => stage.Run > 0).ToList();
        if (ran.Count == 0)
            return;
        text.Append("\n## What ran, and why\n\n");
        foreach (var stage in ran)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {stage.Stage}{(stage.Version is { } version ? $" {version}" : "")}: {stage.Run} ran, {stage.Reused} reused, {DurationText.Of(stage.Time)}\n");
            foreach (var reason in stage.Reasons)
                text.Append(CultureInfo.InvariantCulture, $"  - {Line(reason)}\n");
        }
    }

    private static void Measures(StringBuilder text, NightReport report)
    {
        var versions = report.Results.Versions;
        if (versions.Count == 0)
            return;
        text.Append("\n## Measures\n\n| |").AppendJoin("|", versions.Select(version => $" {version.Version} ")).Append("|\n|---|").AppendJoin("|", versions.Select(_ => "---:")).Append("|\n");
        foreach (var measure in versions.SelectMany(version => version.Measures.Keys).Distinct(StringComparer.Ordinal))
        {
            if (versions.All(version => version.Measures.GetValueOrDefault(measure) is null))
                continue;
            text.Append(CultureInfo.InvariantCulture, $"| {measure} |");
            foreach (var version in versions)
                text.Append(CultureInfo.InvariantCulture, $" {Cell(version.Measures.GetValueOrDefault(measure), report.Before.GetValueOrDefault(version.Version), measure)} |");
            text.Append('\n');
        }
    }

    private static string Cell(double? now, IReadOnlyDictionary<string, double?>? before, string measure)
    {
        static string Of(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "–";
        return before is not null && before.TryGetValue(measure, out var last) && last != now ? $"{Of(last)} → **{Of(now)}**" : Of(now);
    }

    private static string Word(int code) => code switch
    {
        NightFinding.Wrong => "wrong",
        NightFinding.Differs => "differs",
        _ => "failed",
    };

    private static string Line(string text) => text.ReplaceLineEndings(" ").Trim();

    private static string Indented(string text) => text.ReplaceLineEndings("\n").Trim().Replace("\n", "\n  ", StringComparison.Ordinal);
}
