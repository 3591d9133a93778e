using Slipway.Engine.Caching;
using Slipway.Engine.Tests.Execution;

namespace Slipway.Remote.Tests;

/// <summary>Two clones of a workspace, each with a cache of its own, and a server between them.</summary>
internal sealed class Harbour : IDisposable
{
    /// <summary>Short waits; long enough for a machine with much else to do.</summary>
    public static readonly RemoteTiming Quick = new() { Pause = TimeSpan.FromMilliseconds(1), Silence = TimeSpan.FromSeconds(20), Answer = TimeSpan.FromSeconds(20), Retries = 2 };

    public Harbour()
    {
        First = Clone(writes: true);
        Second = Clone(writes: false);
    }

    public FakeRemote Server { get; } = new();

    public RemoteTiming Timing { get; set; } = Quick;

    /// <summary>A clone that gives what it makes.</summary>
    public Yard First { get; }

    /// <summary>A clone that only takes.</summary>
    public Yard Second { get; }

    public RemoteSettings Settings(bool writes) => new() { Address = new Uri(Server.Address + "/"), Writes = writes };

    public Yard Clone(bool writes)
    {
        var yard = new Yard().With("a", "b");
        return Connect(yard, writes);
    }

    /// <summary>Has a clone give what it has, or only take, from its next run on.</summary>
    public Yard Connect(Yard yard, bool writes)
    {
        yard.Remote = warn => new HttpRemoteCache(Settings(writes), warn, Timing);
        yard.GivesTo = writes ? Settings(writes).Name : null;
        return yard;
    }

    /// <summary>The first clone has run; what the server was asked is forgotten.</summary>
    public async Task<Harbour> FilledAsync()
    {
        await First.RunAsync();
        Assert.Empty(First.Warnings);
        Server.Requests.Clear();
        return this;
    }

    /// <summary>Runs the second clone, whose outputs are then what they must be, and says what ran.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        await Second.RunAsync();
        foreach (var label in Second.Inputs.Keys)
        {
            Assert.Equal(First.Read($"artifacts/paint/{label}.txt"), Second.Read($"artifacts/paint/{label}.txt"));
            Assert.Equal(First.Read($"artifacts/frame/{label}.txt"), Second.Read($"artifacts/frame/{label}.txt"));
        }

        return Second.Ran;
    }

    public static string BlobOf(string text) => $"cas/{ContentHash.Of(text)}";

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        Server.Dispose();
    }
}
