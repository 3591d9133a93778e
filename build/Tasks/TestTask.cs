using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.Tasks;

/// <summary>Builds the solution and runs every test project, two at a time for each core.</summary>
[TaskName("Test")]
[TaskDescription("Builds the solution and runs the tests (--tier=quick: those that need no training and no process).")]
public sealed partial class TestTask : SlipwayTask
{
    /// <summary>The projects that take longest go first, so that none of them runs alone at the end.</summary>
    private static readonly string[] Longest = ["EndToEnd.Tests", "Training.Tests", "Clusters.Tests", "Build.Tests", "Disks.Tests", "EveryKind.Tests", "Diffusion.Tests", "Pipeline.Tests"];

    /// <summary>Leaves out the tests with <c>[Trait("Tier", "slow")]</c>: those that train, or start a process.</summary>
    private static readonly string[] WithoutSlow = ["-trait-", "Tier=slow"];

    private readonly Lock _console = new();

    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = ["tier"];

    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        var filter = context.Option("tier") switch
        {
            null or "all" => [],
            "quick" => WithoutSlow,
            var other => throw new ArgumentException($"--tier is '{other}'; expected quick (no training, no process) or all."),
        };
        var clone = Clone.OfSources("Test");
        await using var compiler = new CompilerServer();
        context.Progress.Line("Building the solution ...");
        if (await RunAsync("dotnet", ["build", Clone.Solution, "-c", "Release", "-v", "quiet", "--nologo"], context, compiler, Console.WriteLine) != 0)
            throw new InvalidOperationException("The solution does not build; see above.");

        var (passed, failed) = (0, 0);
        var projects = Directory.EnumerateFiles(Path.Combine(clone, "tests"), "*.Tests.csproj", SearchOption.AllDirectories)
            .Where(project => filter.Length == 0 || !IsSlow(project))
            .OrderBy(project => Array.IndexOf(Longest, Path.GetFileNameWithoutExtension(project)) is >= 0 and var place ? place : Longest.Length).ThenBy(project => project, StringComparer.Ordinal);
        // More than what computes keeps busy: stories wait for processes, servers and queues.
        var atATime = new ParallelOptions { MaxDegreeOfParallelism = 2 * Environment.ProcessorCount, CancellationToken = context.Cancel };
        await Parallel.ForEachAsync(projects, atATime, async (project, _) =>
        {
            var (some, others) = await RunProjectAsync(project, filter, context, compiler);
            Interlocked.Add(ref passed, some);
            Interlocked.Add(ref failed, others);
        });

        Console.WriteLine($"{passed} passed, {failed} failed");
        if (failed > 0)
            throw new InvalidOperationException($"{failed} tests failed; see above.");
    }

    /// <summary>Whether a project's file says that all its tests are slow.</summary>
    private static bool IsSlow(string project) => XDocument.Load(project).Descendants("Tier").Any(tier => tier.Value == "slow");

    /// <summary>Passed and failed tests of a project; a run that ends badly without a failed test counts as one.</summary>
    private async Task<(int Passed, int Failed)> RunProjectAsync(string project, string[] filter, BuildContext context, CompilerServer compiler)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var program = Path.Combine(Path.GetDirectoryName(project)!, "bin", "Release", "net10.0", $"Slipway.{name}.dll");
        var (total, failed, skipped) = (0, 0, 0);
        var said = new List<string>();
        var clock = Stopwatch.StartNew();
        var exit = await RunAsync("dotnet", [program, "-noColor", .. filter], context, compiler, line =>
        {
            if (Summary().Match(line) is { Success: true } match)
            {
                int Number(string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
                (total, failed, skipped) = (Number("total"), Number("failed") + Number("errors"), Number("skipped"));
            }
            else if (line.Contains("[FAIL]", StringComparison.Ordinal) || line.Contains("[SKIP]", StringComparison.Ordinal) || line.StartsWith("      ", StringComparison.Ordinal))
            {
                said.Add(line);
            }
        });
        failed = exit != 0 && failed == 0 ? 1 : failed;
        var passed = Math.Max(0, total - failed - skipped);
        lock (_console)
        {
            said.ForEach(Console.WriteLine);
            Console.WriteLine($"{name,-20}{passed,6} passed{failed,5} failed{skipped,5} skipped{clock.Elapsed.TotalSeconds,8:F1} s");
        }

        return (passed, failed);
    }

    private static async Task<int> RunAsync(string program, string[] arguments, BuildContext context, CompilerServer compiler, Action<string> line)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Clone.Folder, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE"; // threads that wait leave the cores to those that work
        start.Environment["DOTNET_TieredPGO"] = "0"; // compilers and tests that run once gain nothing from being watched while they run
        start.Environment["SLIPWAY_TESTED_HOST"] = Path.Combine(AppContext.BaseDirectory, "slipway.dll"); // build.sh has just made it, of the same sources
        compiler.Serve(start);
        using var process = Process.Start(start)!;
        try
        {
            while (await process.StandardOutput.ReadLineAsync(context.Cancel) is { } text)
                line(text);

            await process.WaitForExitAsync(context.Cancel);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    [GeneratedRegex(@"Total: (?<total>\d+), Errors: (?<errors>\d+), Failed: (?<failed>\d+), Skipped: (?<skipped>\d+)", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Summary();
}
