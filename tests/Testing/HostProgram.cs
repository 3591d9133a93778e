using System.Diagnostics;

namespace Slipway.Testing;

/// <summary>The build host in a process of its own: the one that runs the tests, whose start is compiled ahead of time, else the one beside the test program.</summary>
public static class HostProgram
{
    /// <summary>Full path of the program.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("SLIPWAY_TESTED_HOST") ?? System.IO.Path.Combine(AppContext.BaseDirectory, "slipway.dll");

    /// <summary>Starts it; one thread, both outputs redirected, as from a terminal that has colours.</summary>
    public static Process Start(string workspace, params IEnumerable<string> args) => Start("dotnet", workspace, [Path, .. args], start => start.Environment["TERM"] = "xterm");

    /// <summary>Starts another program in the same way, such as a shell that starts the host, or a terminal, which is asked for no colours.</summary>
    public static Process Start(string program, string workspace, IEnumerable<string> args) =>
        Start(program, workspace, args, start => start.Environment["NO_COLOR"] = "1");

    private static Process Start(string program, string workspace, IEnumerable<string> args, Action<ProcessStartInfo> change)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = workspace,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Interrupts.Allow();
        start.Environment["OMP_NUM_THREADS"] = "1";
        change(start);
        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end.</summary>
    public static Task<HostResult> RunAsync(string workspace, params IEnumerable<string> args) => ResultAsync(Start(workspace, args));

    /// <summary>What a process ends with; it is disposed.</summary>
    public static async Task<HostResult> ResultAsync(Process process)
    {
        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return new HostResult(process.ExitCode, output, await error);
        }
    }
}

/// <summary>What a process has ended with.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record HostResult(int Code, string Output, string Error);
