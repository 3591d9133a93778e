using Slipway.Engine.Caching;

namespace Slipway.Remote.Tests;

/// <summary>A real nginx as the remote cache.</summary>
public sealed class WebDavTests : IDisposable
{
    private const string Missing = "There is no nginx here: Debian has it as nginx-light.";
    private readonly WebDavServer? _server = WebDavServer.TryStart();
    private readonly Harbour _harbour = new();

    public void Dispose()
    {
        _harbour.Dispose();
        _server?.Dispose();
    }

    [Fact]
    public async Task What_one_clone_gives_another_takes()
    {
        Assert.SkipWhen(_server is null, Missing);
        Connect();

        await _harbour.First.RunAsync();
        Assert.Empty(await _harbour.RunAsync());

        Assert.Empty(_harbour.First.Warnings);
        Assert.Empty(_harbour.Second.Warnings);
        Assert.Equal("PICTURE A", File.ReadAllText(_server![Harbour.BlobOf("PICTURE A")]));
        Assert.Equal(4, Directory.GetFiles(_server["ac"]).Length);
    }

    [Fact]
    public async Task A_blob_that_was_cut_off_goes_on_where_it_ended()
    {
        Assert.SkipWhen(_server is null, Missing);
        Connect();
        await _harbour.First.RunAsync();
        var blob = Harbour.BlobOf("PICTURE A");
        _harbour.Second.Write($".slipway/tmp/{blob[4..]}.incomplete", "PICT");

        Assert.Empty(await _harbour.RunAsync());

        Assert.Equal($"GET /slipway/{blob} 206 bytes=4-", Assert.Single(_server!.Requests, request => request.StartsWith($"GET /slipway/{blob} ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_was_damaged_on_its_disk_is_made_here_and_put_right()
    {
        Assert.SkipWhen(_server is null, Missing);
        Connect();
        await _harbour.First.RunAsync();
        var blob = _server![Harbour.BlobOf("PICTURE A")];
        File.WriteAllText(blob, "PICTURE X");
        using var third = _harbour.Clone(writes: true);
        third.Remote = Connection(writes: true);

        await third.RunAsync();

        Assert.Equal(["Paint a"], third.Ran);
        Assert.Equal("PICTURE A", File.ReadAllText(blob));
    }

    [Fact]
    public async Task A_disk_that_cannot_be_written_is_told_and_the_run_works()
    {
        Assert.SkipWhen(_server is null, Missing);
        Connect();
        File.WriteAllText(_server!["cas"], "in the way");

        await _harbour.First.RunAsync();

        Assert.Equal(4, _harbour.First.Ran.Count);
        Assert.Contains("The run goes on without it", Assert.Single(_harbour.First.Warnings), StringComparison.Ordinal);
    }

    private void Connect() => (_harbour.First.Remote, _harbour.Second.Remote) = (Connection(writes: true), Connection(writes: false));

    private Func<Action<string>, IRemoteCache> Connection(bool writes) =>
        warn => new HttpRemoteCache(new RemoteSettings { Address = new Uri(_server!.Address + "/"), Writes = writes }, warn, Harbour.Quick);
}
