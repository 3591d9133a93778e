using System.Diagnostics;

namespace Slipway.Build.Tests;

/// <summary>The build host in an empty workspace.</summary>
internal sealed class Host : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Workspace => _folder.Path;

    public string this[string relative] => _folder[relative];

    /// <summary>Gives the workspace the repository's plan, sprite and models.</summary>
    public Host Furnished()
    {
        Repository.CopyTo("datasets", Workspace);
        File.Copy(Path.Combine(Repository.Root, "lora.pipeline.yaml"), this["lora.pipeline.yaml"]);
        return this;
    }

    public Process Start(params IEnumerable<string> args) => HostProgram.Start(Workspace, args);

    public Task<HostResult> RunAsync(params IEnumerable<string> args) => HostProgram.RunAsync(Workspace, args);

    public void Dispose() => _folder.Dispose();
}
