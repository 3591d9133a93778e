using Slipway.Engine.Caching;

namespace Slipway.Pipeline.Tests.Caching;

public sealed class GarbageCollectionTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a", "b");

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task What_the_last_runs_refer_to_stays_and_the_rest_goes()
    {
        await RunIn("red");
        await RunIn("blue");
        await RunIn("green");

        var (files, bytes) = Collect(keep: 2);

        Assert.True(files > 0 && bytes > 0);
        await RunIn("green");
        Assert.Empty(_yard.Ran);
        await RunIn("blue");
        Assert.Empty(_yard.Ran);
        await RunIn("red");
        Assert.Equal(["Paint a", "Paint b", "Frame a", "Frame b"], _yard.Ran);
    }

    [Fact]
    public async Task A_second_collection_finds_nothing()
    {
        await RunIn("red");
        await RunIn("blue");
        Collect(keep: 1);

        Assert.Equal((0, 0L), Collect(keep: 1));
    }

    [Fact]
    public async Task Young_things_stay()
    {
        await RunIn("red");
        await RunIn("blue");

        using var cache = new Cache(_yard.Root, _yard.Warnings.Add);
        Assert.Equal((0, 0L), GarbageCollection.Collect(cache, keep: 1));
    }

    [Fact]
    public void Intermediate_results_go_when_nobody_has_used_them_for_a_month()
    {
        using var cache = new Cache(_yard.Root, _yard.Warnings.Add);
        var (unused, used) = (ContentHash.Of("unused"), ContentHash.Of("used"));
        foreach (var key in new[] { unused, used })
        {
            cache.Kept.Keep(key, stream => stream.WriteByte(1));
            File.SetLastWriteTimeUtc(cache.Kept.Find(key)!, DateTime.UtcNow - TimeSpan.FromDays(40));
        }

        Assert.NotNull(cache.Kept.Find(used));
        Assert.Equal((1, 1L), Collect(keep: 1));
        Assert.Equal((true, false), (cache.Kept.Find(used) is not null, cache.Kept.Find(unused) is not null));
    }

    private Task RunIn(string color)
    {
        _yard.Color = color;
        _yard.Painter = text => $"{text} in {color}";
        return _yard.RunAsync();
    }

    private (int, long) Collect(int keep)
    {
        using var cache = new Cache(_yard.Root, _yard.Warnings.Add);
        return GarbageCollection.Collect(cache, keep, grace: TimeSpan.FromSeconds(-1));
    }
}
