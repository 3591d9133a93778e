using System.Diagnostics;

namespace Slipway.Build.Context;

/// <summary>
/// A C# compiler that stays in memory from one project to the next, and no longer than this object: starting anew for each of some thirty
/// projects takes more than twice the time. It is none of the machine's, so that it ends here, and is there where those are switched off.
/// </summary>
internal sealed class CompilerServer : IAsyncDisposable
{
    /// <summary>Name of the pipe that it listens at.</summary>
    public string Pipe { get; } = $"slipway-{Environment.ProcessId}-{Guid.NewGuid():N}";

    /// <summary>Has a process and those that it starts compile there; the first that does starts it.</summary>
    /// <param name="start">Gets MSBuild's properties in its environment.</param>
    public void Serve(ProcessStartInfo start)
    {
        start.Environment["UseSharedCompilation"] = "true";
        start.Environment["SharedCompilationId"] = Pipe;
    }

    /// <summary>Ends the compiler. One that does not hear it ends by itself when it has had no work for ten minutes.</summary>
    public async ValueTask DisposeAsync()
    {
        var roslyn = await AskAsync("msbuild", Path.Combine(Clone.OfSources("Test"), "build", "Build.csproj"), "-getProperty:RoslynTargetsPath");
        await AskAsync(Path.Combine(roslyn.Trim(), "bincore", "VBCSCompiler.dll"), $"-pipename:{Pipe}", "-shutdown");
    }

    private static async Task<string> AskAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Task.WhenAll(output, errors, process.WaitForExitAsync());
        return await output;
    }
}
