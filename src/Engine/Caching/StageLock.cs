using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>The right to run a stage.</summary>
/// <param name="own">In this workspace.</param>
/// <param name="shared">In the store that workspaces share; null where they share none.</param>
internal sealed class StageLock(FileLock own, FileLock? shared) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        shared?.Dispose();
        own.Dispose();
    }
}
