using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Execution;

/// <summary>A garbage collection that has looked at what is needed before a run begins, and deletes when it has.</summary>
public sealed class CollectedMeanwhileTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a", "b");

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task What_a_run_comes_back_to_stays()
    {
        await RunInAsync("red", "blue");
        using var cache = _yard.Open();
        var collection = GarbageCollection.Look(cache, new GarbageRules(1));

        await RunInAsync("red");
        collection.End();

        await AssertAllIsThereAsync();
    }

    [Fact]
    public async Task What_a_run_goes_on_from_stays()
    {
        await RunInAsync("red", "blue");
        using var cache = _yard.Open();
        var collection = GarbageCollection.Look(cache, new GarbageRules(1));
        _yard.With("c").WhilePainting = (_, _) => collection.End();

        await RunInAsync("red");

        Assert.Equal(["Paint c", "Frame c"], _yard.Ran);
        await AssertAllIsThereAsync();
    }

    [Fact]
    public async Task What_is_gone_when_a_run_begins_is_made()
    {
        await RunInAsync("red", "blue");
        using var cache = _yard.Open();
        GarbageCollection.Look(cache, new GarbageRules(1)).End();

        await RunInAsync("red");

        Assert.Equal(["Paint a", "Paint b"], _yard.Ran);
        await AssertAllIsThereAsync();
    }

    [Fact]
    public async Task What_is_gone_before_a_run_has_said_that_it_begins_is_made()
    {
        await RunInAsync("red", "blue");
        using var cache = _yard.Open();
        var collection = GarbageCollection.Look(cache, new GarbageRules(1));
        (_yard.With("c").Color, var looked) = ("red", true);

        await _yard.RunAsync(_yard.Graph(), options => options with { Before = (_, _) => CollectOnce() });

        Assert.Equal(["Paint a", "Paint b", "Paint c"], _yard.Ran.Where(ran => ran.StartsWith("Paint", StringComparison.Ordinal)));
        await AssertAllIsThereAsync();

        Task CollectOnce()
        {
            if (looked)
                collection.End();
            looked = false;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task What_is_gone_while_a_run_lays_it_out_is_made()
    {
        await RunInAsync("red", "blue");
        _yard.Write("artifacts/paint/b.txt", "what somebody has edited, which is told while it is replaced");
        using var other = _yard.Open();
        var collection = GarbageCollection.Look(other, new GarbageRules(1));
        _yard.Color = "red";
        _yard.Forget();
        var graph = _yard.Graph();
        using (var cache = new Cache(_yard.Root, _ => collection.End()))
        using (var run = _yard.RunOf(graph, cache, _yard.Log))
            await run.RunAsync(graph.Stages, TestContext.Current.CancellationToken);

        Assert.Equal(["Paint a", "Paint b"], _yard.Ran);
        await AssertAllIsThereAsync();
    }

    private async Task RunInAsync(params string[] colors)
    {
        foreach (var color in colors)
        {
            _yard.Color = color;
            await _yard.RunAsync();
        }

        foreach (var path in new[] { "ac", "cas" }.SelectMany(folder => Directory.GetFiles(Path.Combine(_yard.Cache, folder), "*", SearchOption.AllDirectories)))
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-2));
    }

    private async Task AssertAllIsThereAsync()
    {
        Directory.Delete(_yard["artifacts"], recursive: true);
        await _yard.RunAsync();
        Assert.Empty(_yard.Ran);
        Assert.Empty(_yard.Warnings);
    }
}
