using System.Collections.Concurrent;
using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Execution;

/// <summary>A cache on another machine, in memory; several workspaces may have it.</summary>
internal sealed class MemoryRemote : IRemoteCache
{
    public ConcurrentDictionary<ContentHash, ActionResult> Results { get; } = new();

    public ConcurrentDictionary<ContentHash, byte[]> Blobs { get; } = new();

    /// <summary>What was asked of it.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Awaited before a result is taken.</summary>
    public Func<Task> BeforeStore { get; set; } = () => Task.CompletedTask;

    public string Name => "there";

    public bool Failed => false;

    public bool Writes { get; set; } = true;

    /// <summary>Has a workspace take from it, and give to it where that is said.</summary>
    public Yard Serve(Yard yard, bool gives)
    {
        (yard.Remote, yard.GivesTo) = (_ => this, gives ? Name : null);
        return yard;
    }

    public Task<ActionResult?> FindAsync(ContentHash key, CancellationToken cancel)
    {
        Asked.Enqueue("find");
        return Task.FromResult(Results.GetValueOrDefault(key));
    }

    public Task<bool> HasAsync(ContentHash key, CancellationToken cancel)
    {
        Asked.Enqueue("has");
        return Task.FromResult(Results.ContainsKey(key));
    }

    public async Task<bool> FetchAsync(Blob blob, Stream into, CancellationToken cancel)
    {
        Asked.Enqueue("fetch");
        if (!Blobs.TryGetValue(blob.Hash, out var bytes))
            return false;
        await into.WriteAsync(bytes.AsMemory((int)into.Length), cancel);
        return true;
    }

    public async Task<bool> StoreAsync(ContentHash key, ActionResult result, Func<ContentHash, string> pathOf, CancellationToken cancel)
    {
        Asked.Enqueue("store");
        await BeforeStore();
        foreach (var output in result.Outputs)
            Blobs[output.Blob.Hash] = await File.ReadAllBytesAsync(pathOf(output.Blob.Hash), cancel);
        Results[key] = result;
        return true;
    }

    /// <summary>How many runs have let go of it; the next comes back to it.</summary>
    public int Closed { get; private set; }

    public void Dispose() => Closed++;
}
