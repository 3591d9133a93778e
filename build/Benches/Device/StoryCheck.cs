using System.Text.Json;
using Slipway.Pipeline.Plans;

namespace Slipway.Build.Benches.Device;

/// <summary>
/// The embedded plan from backgrounds to grids, in a process of its own: v01 forgets the backgrounds, and v03 draws the mascot on them. A run elsewhere draws other pictures, and a few of
/// a version's 44 may come out otherwise.
/// </summary>
/// <param name="device">What is checked.</param>
/// <param name="root">Where the plan and its data sets are.</param>
internal sealed class StoryCheck(DeviceUnderTest device, string root)
{
    private const double Most = 0.8;
    private const double Few = 0.2;

    /// <summary>What comes after it takes so long.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(120);

    /// <summary>The check; on the processor it is left out.</summary>
    /// <param name="left">How much time is left for everything.</param>
    public DeviceCheck Check(Func<TimeSpan> left) => device.IsCard
        ? new("the story", FormattableString.Invariant($"v03's backgrounds and mascots at least {Most}, v01's backgrounds at most {Few}"), cancel => TellAsync(left() - Rest, cancel))
        : DeviceCheck.LeftOut("the story", "Left out on the processor: `./build.sh` tells it there, in minutes.");

    /// <summary>Runs it once.</summary>
    /// <param name="time">Within which it must be told.</param>
    /// <param name="cancel">Ends it.</param>
    internal async Task<Measurement> TellAsync(TimeSpan time, CancellationToken cancel)
    {
        var workspace = Directory.CreateTempSubdirectory("slipway-story-").FullName;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(time > TimeSpan.Zero ? time : TimeSpan.Zero);
        try
        {
            File.Copy(Path.Combine(root, PlanPaths.DefaultName), Path.Combine(workspace, PlanPaths.DefaultName));
            Directory.CreateSymbolicLink(Path.Combine(workspace, "datasets"), Path.Combine(root, "datasets"));
            var (seconds, _) = await PlanProcess.RunAsync(workspace, "Evaluate", limit.Token, $"--device={device.Name}");
            return Judge(File.ReadAllText(Path.Combine(workspace, "artifacts", "evaluation.json")), seconds);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new NotMeasuredException(FormattableString.Invariant($"It was not told within the {time.TotalSeconds:F0} s that were left for it."));
        }
        finally
        {
            Directory.Delete(workspace, recursive: true);
        }
    }

    /// <summary>Whether an evaluation tells the story.</summary>
    /// <param name="evaluation">Its JSON.</param>
    /// <param name="seconds">What the run took.</param>
    internal static Measurement Judge(string evaluation, double seconds)
    {
        using var document = JsonDocument.Parse(evaluation);
        var versions = document.RootElement.GetProperty("versions");
        double Of(string version, string measure) => versions.GetProperty(version).GetProperty(measure) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : double.NaN;
        var (learned, mascots, forgotten) = (Of("v03", "background_recall"), Of("v03", "mascot_presence"), Of("v01", "background_recall"));
        return new(learned >= Most && mascots >= Most && forgotten <= Few, FormattableString.Invariant($"v03's backgrounds {learned:F2} and mascots {mascots:F2}, v01's backgrounds {forgotten:F2}; {seconds:F0} s"))
        {
            Figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["v03_background_recall"] = learned, ["v03_mascot_presence"] = mascots, ["v01_background_recall"] = forgotten, ["seconds"] = seconds },
        };
    }
}
