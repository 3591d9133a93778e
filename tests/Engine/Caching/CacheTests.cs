using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class CacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_lies_in_one_folder_of_the_workspace()
    {
        using var cache = Open();
        var key = ContentHash.Of("key");

        Assert.Equal(_folder.Path, cache.Workspace);
        Assert.Equal(_folder[".slipway"], cache.Root);
        Assert.Equal("lora.pipeline", cache.Plan);
        Assert.Equal(_folder[$".slipway/checkpoints/{key}"], cache.CheckpointFolderOf(key));
        Assert.Equal(_folder[".slipway/work/Train%20v01"], cache.WorkFolderOf("Train v01"));
        Assert.Equal(_folder[".slipway/locks/x"], cache.LockPathOf("x"));
    }

    [Fact]
    public void Looking_makes_nothing()
    {
        using (var cache = Open())
            cache.Hasher.TryHash(_folder.Write("a", "1"));

        Assert.False(Directory.Exists(_folder[".slipway"]));
    }

    [Fact]
    public void The_hashes_of_the_files_seen_are_remembered_when_there_is_a_cache()
    {
        var path = _folder.Write("a", "1");
        ClockGrain.Pass();
        using (var cache = Open())
        {
            cache.Content.Put("x"u8);
            cache.Hasher.Hash(path);
        }

        using var second = Open();
        second.Hasher.Hash(path);
        Assert.Equal(0, second.Hasher.FilesRead);
    }

    [Fact]
    public void Hashes_that_cannot_be_kept_are_told_and_stop_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a folder in which nobody can make a file.");
        Directory.CreateSymbolicLink(_folder[".slipway"], "/proc/self");
        var path = _folder.Write("a", "1");

        using (var cache = Open())
            cache.Hasher.Hash(path);

        Assert.StartsWith("The hashes of the files seen could not be kept, the next run computes them again: ", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_is_told_once()
    {
        using var cache = Open();

        foreach (var line in new[] { "one", "two", "one" })
            cache.Warn(line);

        Assert.Equal(["one", "two"], _warnings);
    }

    [Fact]
    public void A_file_that_is_laid_out_and_unchanged_is_left_alone()
    {
        using var cache = Open();
        var blob = cache.Content.Put("abc"u8);
        Assert.True(cache.TryLayOut(blob, _folder["out/x"]));
        ClockGrain.Pass();
        Assert.True(cache.TryLayOut(blob, _folder["out/x"]));
        var time = File.GetLastWriteTimeUtc(_folder["out/x"]);
        File.Delete(cache.Content.PathOf(blob.Hash));

        Assert.True(cache.TryLayOut(blob, _folder["out/x"]));

        Assert.Equal(time, File.GetLastWriteTimeUtc(_folder["out/x"]));
        Assert.False(cache.TryLayOut(blob, _folder["out/y"]));
    }

    [Fact]
    public async Task A_lock_is_held_by_one_at_a_time()
    {
        using var cache = Open();
        var held = await cache.LockAsync("Train v01", _ => { }, TestContext.Current.CancellationToken);
        using var other = await cache.LockAsync("Train v02", _ => Assert.Fail("It is another's lock."), TestContext.Current.CancellationToken);

        using var again = await cache.LockAsync("Train v01", _ => held.Dispose(), TestContext.Current.CancellationToken);

        Assert.True(File.Exists(_folder[".slipway/locks/Train%20v01"]));
    }

    [Fact]
    public async Task A_stage_in_a_store_of_its_own_has_one_lock()
    {
        using var cache = Open();

        using (await cache.LockAsync("Paint", ContentHash.Of("key"), _ => { }, TestContext.Current.CancellationToken))
            Assert.Equal(["Paint", "Paint.owner"], Directory.GetFiles(_folder[".slipway/locks"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_stops_waiting_for_what_another_workspace_makes_lets_go_of_its_own_stage()
    {
        using var one = new Cache(_folder["one"], _warnings.Add, folder: _folder["shared"]);
        using var two = new Cache(_folder["two"], _warnings.Add, folder: _folder["shared"]);
        using var held = await one.LockAsync("Paint", ContentHash.Of("key"), _ => { }, TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two.LockAsync("Paint", ContentHash.Of("key"), _ => stop.Cancel(), stop.Token));

        using var again = await two.LockAsync("Paint", _ => Assert.Fail("It is held."), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_lies_in_the_place_of_a_lock_is_put_aside()
    {
        using var cache = Open();
        Directory.CreateDirectory(_folder[".slipway/locks/Paint"]);

        using var held = await cache.LockAsync("Paint", _ => { }, TestContext.Current.CancellationToken);

        Assert.True(File.Exists(_folder[".slipway/locks/Paint"]));
    }

    private Cache Open() => new(_folder.Path, _warnings.Add);
}
