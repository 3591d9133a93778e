using System.Globalization;
using Cake.Frosting;
using Slipway.Build.Benches;
using Slipway.Build.Benches.Device;
using Slipway.Build.Benches.Torture;
using Slipway.Build.Context;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Build.Tasks;

/// <summary>Times the plan as it stands in an empty workspace, and again with everything cached.</summary>
[TaskName("Bench")]
[TaskDescription("Times the whole plan from nothing, and with everything cached; peak memory.")]
public sealed class BenchTask : SlipwayTask
{
    private const int CachedRuns = 9;
    private const int HostSteps = 6;

    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = ["scenario", "switch", StatusTask.Json];

    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context) => context.Option("scenario") switch
    {
        DeviceBench.Name => CheckDeviceAsync(context),
        _ when context.IsOn(StatusTask.Json) => throw new ArgumentException($"--json is for --scenario={DeviceBench.Name}; leave it out."),
        null => TimePlanAsync(context),
        FullSizeBench.Name => Task.Run(() => new FullSizeBench(FullSizeBench.Sdxl, context.Progress.Line, context.Root).RunAsync(context.Cancel)),
        HostBench.Name => Task.Run(() => new HostBench(context.Progress.Line).Run(HostSteps, context.Cancel)),
        MemoryBench.Name => Task.Run(() => MemoryBench.ForThisMachine(context.Progress.Line).RunAsync(context.Option("switch"), context.Cancel)),
        { } step when step.StartsWith($"{MemoryBench.Name}:", StringComparison.Ordinal) => Task.Run(() => MemoryBench.TakeStep(step, context.Folder, context.Progress.Line, context.Cancel)),
        ScaleBench.Name => Task.Run(() => new ScaleBench(context.Progress.Line).RunAsync(context.Cancel)),
        TortureBench.Name => new TortureBench(context.Root, context.Progress.Line).RunAsync(TortureBench.Full, context.Cancel),
        var other => throw new ArgumentException($"--scenario is '{other}'; expected {DeviceBench.Name}, {FullSizeBench.Name}, {HostBench.Name}, {MemoryBench.Name}, {ScaleBench.Name} or {TortureBench.Name}, or leave it out."),
    };

    private static async Task CheckDeviceAsync(BuildContext context)
    {
        var asked = context.Option("device");
        if (asked is not null && !DeviceNames.IsOne(asked))
            throw new ArgumentException($"--device is '{asked}'; expected {DeviceNames.Choices}.");
        var report = await new DeviceBench(Clone.Folder, context.Progress.Line).RunAsync(asked, DeviceBench.Full, context.Cancel);
        if (context.IsOn(StatusTask.Json))
        {
            BuildContext.WriteDocument(report.ToJson());
        }
        else
        {
            foreach (var line in report.Table())
                context.Progress.Line(line);
        }

        if (report.Failed.Count > 0)
            throw new InvalidOperationException($"{report.Failed.Count} of {report.Findings.Count} checks failed: {string.Join(", ", report.Failed)}.");
    }

    private static async Task TimePlanAsync(BuildContext context)
    {
        var workspace = Directory.CreateTempSubdirectory("slipway-bench-").FullName;
        try
        {
            File.Copy(context.PlanFile, Path.Combine(workspace, PlanPaths.DefaultName));
            Directory.CreateSymbolicLink(Path.Combine(workspace, "datasets"), Path.Combine(context.Root, "datasets"));
            var (seconds, peak) = await PlanProcess.RunAsync(workspace, "Evaluate", context.Cancel);
            context.Progress.Line(Text($"from nothing  {seconds:F1} s, peak memory {peak / (1024.0 * 1024):F2} GiB"));
            var cached = new List<double>();
            for (var i = 0; i < CachedRuns; i++)
                cached.Add((await PlanProcess.RunAsync(workspace, "Train", context.Cancel)).Seconds);

            cached.Sort();
            context.Progress.Line(Text($"all cached    {cached[CachedRuns / 2]:F3} s, the middle of {CachedRuns} runs ({cached[0]:F3} to {cached[^1]:F3})"));
        }
        finally
        {
            Directory.Delete(workspace, recursive: true);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
