using Slipway.Engine.Caching;
using Slipway.Engine.Tests.Execution;

namespace Slipway.Engine.Tests.Caching;

public sealed class CacheContentsTests : IDisposable
{
    private readonly Yard _yard = new();

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task Results_are_called_after_the_kind_of_job_that_gave_them()
    {
        await _yard.With("a", "b").RunAsync();
        using var cache = _yard.Open();

        var parts = CacheContents.Of(cache).ToDictionary(part => part.Name, StringComparer.Ordinal);

        Assert.Equal(["Frame", "Paint", "records"], parts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((2, 2L * "PICTURE A".Length), (parts["Paint"].Files, parts["Paint"].Bytes));
        Assert.Equal((2, 2L * "[PICTURE A]".Length), (parts["Frame"].Files, parts["Frame"].Bytes));
    }

    [Fact]
    public void What_is_no_result_is_called_after_its_folder()
    {
        foreach (var folder in (string[])["checkpoints", KeptFiles.FolderName, "tmp", "work", "history"])
            _yard.Write($".slipway/{folder}/x", folder);
        using var cache = _yard.Open();
        cache.Content.Put("nobody's"u8);

        var parts = CacheContents.Of(cache);

        Assert.Equal(["checkpoints", "kept tensors", "records", "results that no record names", "temporary files"], parts.Select(part => part.Name).Order(StringComparer.Ordinal));
        Assert.Equal(2, parts.Single(part => part.Name == "temporary files").Files);
    }

    [Fact]
    public void Results_of_which_no_kind_is_known_are_results()
    {
        using var cache = _yard.Open();
        cache.Actions.Put(ContentHash.Of("key"), new ActionResult("Paint", "a", [], [new ActionOutput(0, "", cache.Content.Put("a boat"u8))], TimeSpan.Zero));

        Assert.Contains(new CachePart("results", 1, 6), CacheContents.Of(cache));
    }

    [Fact]
    public void Of_parts_as_large_as_one_another_the_alphabet_decides()
    {
        foreach (var folder in (string[])["tmp", "checkpoints", KeptFiles.FolderName])
            _yard.Write($".slipway/{folder}/x", "x");
        using var cache = _yard.Open();

        Assert.Equal(["checkpoints", "kept tensors", "temporary files"], CacheContents.Of(cache).Select(part => part.Name));
    }

    [Fact]
    public void The_largest_comes_first()
    {
        _yard.Write(".slipway/tmp/x", new string('x', 9));
        _yard.Write(".slipway/checkpoints/x", new string('x', 11));
        using var cache = _yard.Open();

        Assert.Equal([("checkpoints", 11L), ("temporary files", 9L)], CacheContents.Of(cache).Where(part => part.Name != "records").Select(part => (part.Name, part.Bytes)));
    }
}
