using System.Diagnostics;

namespace Slipway.Build.Tests;

/// <summary>The build host in a process of its own, in an empty workspace.</summary>
internal sealed class Host : IDisposable
{
    public string Workspace { get; } = Directory.CreateTempSubdirectory("slipway-").FullName;

    public string this[string relative] => Path.Combine(Workspace, relative);

    /// <summary>Gives the workspace the repository's plan, sprite and models.</summary>
    public Host Furnished()
    {
        Repository.CopyTo("datasets", Workspace);
        File.Copy(Path.Combine(Repository.Root, "lora.pipeline.yaml"), this["lora.pipeline.yaml"]);
        return this;
    }

    public Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "slipway.dll"), .. args])
        {
            WorkingDirectory = Workspace,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["NO_COLOR"] = "1";
        return Process.Start(start)!;
    }

    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var process = Start(args);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }

    public void Dispose() => Directory.Delete(Workspace, recursive: true);
}
