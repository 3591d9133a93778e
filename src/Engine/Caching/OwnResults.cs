namespace Slipway.Engine.Caching;

/// <summary>What a workspace has made before it shared a store: it is taken over as it is needed.</summary>
/// <param name="root">Folder of the workspace's own cache.</param>
/// <param name="warn">Takes a line about each that is damaged.</param>
internal sealed class OwnResults(string root, Action<string> warn) : IRemoteCache
{
    private readonly ActionCache _actions = new(root, warn);
    private readonly ContentStore _content = new(root, warn);

    /// <inheritdoc/>
    public string Name => root;

    /// <inheritdoc/>
    public bool Failed => false;

    /// <inheritdoc/>
    public bool Writes => false;

    /// <summary>Whether there are any.</summary>
    public static bool Any(string root) => Directory.Exists(Path.Combine(root, ActionCache.FolderName));

    /// <inheritdoc/>
    public Task<ActionResult?> FindAsync(ContentHash key, CancellationToken cancel) => Task.FromResult(_actions.Find(key));

    /// <inheritdoc/>
    public Task<bool> HasAsync(ContentHash key, CancellationToken cancel) => Task.FromResult(_actions.TryGet(key) is not null);

    /// <inheritdoc/>
    public async Task<bool> FetchAsync(Blob blob, Stream into, CancellationToken cancel)
    {
        if (!_content.Contains(blob))
            return false;
        into.SetLength(0);
        using var file = File.OpenRead(_content.PathOf(blob.Hash));
        await file.CopyToAsync(into, cancel);
        return true;
    }

    /// <inheritdoc/>
    public Task<bool> StoreAsync(ContentHash key, ActionResult result, Func<ContentHash, string> pathOf, CancellationToken cancel) => Task.FromResult(false);

    /// <inheritdoc/>
    public void Dispose()
    {
        // It holds nothing.
    }
}
