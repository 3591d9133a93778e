using Slipway.EndToEnd.Tests;

[assembly: AssemblyFixture(typeof(FinishedWorkspace))]

namespace Slipway.EndToEnd.Tests;

/// <summary>A workspace in which everything has run once; each test takes a copy of it.</summary>
public sealed class FinishedWorkspace : IAsyncLifetime
{
    private readonly Workspace _workspace = Workspace.New();

    /// <summary>What the first run ran.</summary>
    internal string[] FirstRun { get; private set; } = [];

    public async ValueTask InitializeAsync() => FirstRun = await _workspace.RunAsync();

    public ValueTask DisposeAsync()
    {
        _workspace.Dispose();
        return ValueTask.CompletedTask;
    }

    internal Workspace Copy() => _workspace.Copy();
}
