using System.Diagnostics;
using System.Globalization;

namespace Slipway.Build.Benches;

/// <summary>A target in a process of its own, whose memory is nobody else's.</summary>
internal static class PlanProcess
{
    /// <summary>Runs a target in a workspace.</summary>
    /// <param name="workspace">The folder with the plan.</param>
    /// <param name="target">The target.</param>
    /// <param name="cancel">Ends the process too.</param>
    /// <param name="more">Further options.</param>
    /// <returns>Wall time, and the largest resident size in KiB (0 where the system does not tell).</returns>
    /// <exception cref="InvalidOperationException">It fails.</exception>
    public static async Task<(double Seconds, long PeakKiB)> RunAsync(string workspace, string target, CancellationToken cancel, params IEnumerable<string> more)
    {
        var clock = Stopwatch.StartNew();
        using var process = Start(workspace, [$"--target={target}", .. more]);
        long peak = 0;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        while (!process.WaitForExit(200))
        {
            if (cancel.IsCancellationRequested)
                process.Kill(entireProcessTree: true);

            peak = Math.Max(peak, PeakOf(process.Id));
        }

        cancel.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? (clock.Elapsed.TotalSeconds, peak)
            : throw new InvalidOperationException($"--target={target} ended with {process.ExitCode}: {(await output).Trim()} {(await error).Trim()}");
    }

    /// <summary>Starts the program in a workspace, both outputs redirected.</summary>
    /// <param name="workspace">The folder with the plan.</param>
    /// <param name="args">Its command line.</param>
    public static Process Start(string workspace, params IEnumerable<string> args) => Start(workspace, [], args);

    /// <summary>As the other, with variables of the environment.</summary>
    /// <param name="workspace">The folder with the plan.</param>
    /// <param name="variables">Names and values.</param>
    /// <param name="args">Its command line.</param>
    public static Process Start(string workspace, IEnumerable<KeyValuePair<string, string>> variables, params IEnumerable<string> args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(PlanProcess).Assembly.Location, .. args])
        {
            WorkingDirectory = workspace,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static long PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(':', 'k')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
