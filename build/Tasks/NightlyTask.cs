using System.Globalization;
using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Engine.Execution;
using Slipway.Engine.Options;
using Slipway.Pipeline.Nights;

namespace Slipway.Build.Tasks;

/// <summary>A night without anybody: the plan, a version trained again, everything verified and compared, and a report of it.</summary>
[TaskName("Nightly")]
[TaskDescription("Unattended: runs the plan, trains one version again, verifies, checks, compares with the last nights.")]
public sealed class NightlyTask : SlipwayTask
{
    private const string Minutes = "minutes";
    private const string Notify = "notify";

    /// <summary>In this variable GitHub names the file whose Markdown it shows with the run; others do the same.</summary>
    private const string SummaryVariable = "GITHUB_STEP_SUMMARY";

    private static readonly TimeSpan NotifyLimit = TimeSpan.FromMinutes(5);

    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = [Minutes, Notify];

    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        var command = context.Option(Notify);
        if (command is not null && string.IsNullOrWhiteSpace(command))
            throw new ArgumentException("--notify is empty; expected a command, which gets the exit code and the path of the report.");
        var options = new NightOptions(context.PlanFile) { Budget = Budget(context.Option(Minutes)), CodeOf = context.Exit.CodeOf };
        var (report, path) = await new Night(() => context.Pipeline, options, TimeProvider.System, context.Progress).RunAsync(context.Cancel);
        Append(path, context);
        List<NightFinding> findings = [.. report.Findings];
        if (command is not null && await new Notification(command, NotifyLimit).SendAsync(report.Code, path) is { } problem)
            findings.Add(new NightFinding(NightFinding.Failed, problem));
        context.Progress.Line("");
        context.Progress.Line($"{report.Verdict}: {Path.GetRelativePath(context.Folder, path)}");
        context.Cancel.ThrowIfCancellationRequested();
        Throw(findings);
    }

    private static TimeSpan? Budget(string? minutes) => minutes switch
    {
        null => null,
        var text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 60 * 24 * 7 => TimeSpan.FromMinutes(value),
        var text => throw new ArgumentException($"--{Minutes} is '{text}'; expected after how many minutes the night stops, more than 0 and at most a week (10080){DecimalComma.Advice(text)}."),
    };

    private static void Append(string report, BuildContext context)
    {
        if (System.Environment.GetEnvironmentVariable(SummaryVariable) is not { Length: > 0 } summary)
            return;
        try
        {
            File.AppendAllText(summary, File.ReadAllText(report));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Progress.Warn($"{SummaryVariable} names '{summary}', which cannot be written: {exception.Message}");
        }
    }

    /// <summary>What decides the exit code is what the program says last.</summary>
    private static void Throw(List<NightFinding> findings)
    {
        var code = NightFinding.CodeOf(findings);
        if (code == 0)
            return;
        var text = string.Join("\n", findings.Where(finding => finding.Code == code).Select(finding => finding.Text));
        throw code switch
        {
            NightFinding.Wrong => new InvalidDataException(text),
            NightFinding.Differs => new DifferenceException(text),
            _ => new InvalidOperationException(text),
        };
    }
}
