using System.Diagnostics;
using System.Globalization;

namespace Slipway.Build.Context;

/// <summary>The user's own command, which hears how a night has ended: the shell's, with the exit code and the report's path behind it.</summary>
/// <param name="command">Of the command line, and never of a plan: a plan that came from elsewhere runs nothing.</param>
/// <param name="limit">After this time it is ended.</param>
internal sealed class Notification(string command, TimeSpan limit)
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="code">The night's exit code.</param>
    /// <param name="report">Full path of the report.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    public async Task<string?> SendAsync(int code, string report)
    {
        var number = code.ToString(CultureInfo.InvariantCulture);
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd", ["/c", $"{command} {number} \"{report}\""])
            : new ProcessStartInfo("/bin/sh", ["-c", $"{command} \"$@\"", "notify", number, report]);
        start.UseShellExecute = false;
        using var process = Process.Start(start)!;
        using var end = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return $"the command of --notify took longer than {limit.TotalMinutes:F0} minutes and was ended: {command}";
        }

        return process.ExitCode == 0 ? null : $"the command of --notify ended with {process.ExitCode}: {command}";
    }
}
