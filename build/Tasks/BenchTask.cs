using System.Diagnostics;
using System.Globalization;
using Cake.Frosting;
using Slipway.Build.Benches;
using Slipway.Build.Context;
using Slipway.Pipeline.Plans;

namespace Slipway.Build.Tasks;

/// <summary>Times the plan as it stands in an empty workspace, and again with everything cached.</summary>
[TaskName("Bench")]
[TaskDescription("Times the whole plan from nothing, and with everything cached; peak memory.")]
public sealed class BenchTask : SlipwayTask
{
    private const int CachedRuns = 9;
    private const int HostSteps = 6;

    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = ["scenario"];

    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context) => context.Option("scenario") switch
    {
        null => TimePlanAsync(context),
        FullSizeBench.Name => Task.Run(() => new FullSizeBench(FullSizeBench.Sdxl, context.Progress.Line).Run(context.Cancel)),
        HostBench.Name => Task.Run(() => new HostBench(context.Progress.Line).Run(HostSteps, context.Cancel)),
        var other => throw new ArgumentException($"--scenario is '{other}'; expected {FullSizeBench.Name} or {HostBench.Name}, or leave it out."),
    };

    private static async Task TimePlanAsync(BuildContext context)
    {
        var workspace = Directory.CreateTempSubdirectory("slipway-bench-").FullName;
        try
        {
            File.Copy(context.PlanFile, Path.Combine(workspace, PlanPaths.DefaultName));
            Directory.CreateSymbolicLink(Path.Combine(workspace, "datasets"), Path.Combine(context.Root, "datasets"));
            var (seconds, peak) = await RunAsync(workspace, "Evaluate", context);
            context.Progress.Line(Text($"from nothing  {seconds:F1} s, peak memory {peak / (1024.0 * 1024):F2} GiB"));
            var cached = new List<double>();
            for (var i = 0; i < CachedRuns; i++)
                cached.Add((await RunAsync(workspace, "Train", context)).Seconds);

            cached.Sort();
            context.Progress.Line(Text($"all cached    {cached[CachedRuns / 2]:F3} s, the middle of {CachedRuns} runs ({cached[0]:F3} to {cached[^1]:F3})"));
        }
        finally
        {
            Directory.Delete(workspace, recursive: true);
        }
    }

    /// <summary>Wall time, and the largest resident size in KiB (0 where the system does not tell).</summary>
    private static async Task<(double Seconds, long PeakKiB)> RunAsync(string workspace, string target, BuildContext context)
    {
        var clock = Stopwatch.StartNew();
        var start = new ProcessStartInfo("dotnet", [typeof(BenchTask).Assembly.Location, $"--target={target}"])
        {
            WorkingDirectory = workspace,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        long peak = 0;
        var output = process.StandardOutput.ReadToEndAsync(context.Cancel);
        while (!process.WaitForExit(200))
        {
            if (context.Cancel.IsCancellationRequested)
                process.Kill(entireProcessTree: true);

            peak = Math.Max(peak, PeakOf(process.Id));
        }

        if (process.ExitCode != 0)
            throw new InvalidOperationException($"--target={target} ended with {process.ExitCode}: {await output}");

        return (clock.Elapsed.TotalSeconds, peak);
    }

    private static long PeakOf(int process)
    {
        var status = $"/proc/{process}/status";
        var line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        return line is null ? 0 : long.Parse(line.Split(':', 'k')[1], CultureInfo.InvariantCulture);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
