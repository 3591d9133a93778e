using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class ResultIndexTests : IDisposable
{
    private readonly Workshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    /// <summary>A report shows the pictures that others have drawn.</summary>
    [Theory]
    [InlineData("beach_11.png")]
    [InlineData("Report.png")]
    [InlineData(null)]
    public void Who_has_read_a_content_and_gives_it_again_has_not_made_it(string? name)
    {
        using var cache = _workshop.Open();
        var picture = cache.Content.Put("picture"u8);
        Put("Samples v01", "Samples v01", FingerprintEntry.Output("lora", "artifacts/lora.safetensors", ContentHash.Of("lora"), _workshop["lora.safetensors"]));
        Put("Report", "Report", FingerprintEntry.Output("pictures/0", "artifacts/samples/v01/beach_11.png", picture.Hash, _workshop["beach_11.png"]));

        Assert.Equal("Samples v01", ResultIndex.Read(cache).Maker(picture.Hash, name)!.Result.Stage);

        void Put(string stage, string item, FingerprintEntry entry) => Store(cache, stage, item, [entry, FingerprintEntry.Parameter("width", "64")], picture, age: stage == "Report" ? 0 : 10);
    }

    [Theory]
    [InlineData("pictures/old.png", "old")]
    [InlineData("pictures/other.png", "new")]
    [InlineData(null, "new")]
    public void Of_several_that_made_a_content_that_of_the_files_name_counts_and_then_the_newest(string? name, string expected)
    {
        using var cache = _workshop.Open();
        var picture = cache.Content.Put("picture"u8);
        foreach (var (item, age) in new[] { ("old", 20), ("new", 10), ("older", 30) })
            Store(cache, "Samples", item, [], picture, age);

        Assert.Equal(expected, ResultIndex.Read(cache).Maker(picture.Hash, name)!.Result.Item);
    }

    [Fact]
    public void What_nobody_made_has_no_maker()
    {
        using var cache = _workshop.Open();

        Assert.Null(ResultIndex.Read(cache).Maker(ContentHash.Of("picture")));
    }

    private static void Store(Cache cache, string stage, string item, IReadOnlyList<FingerprintEntry> entries, Blob blob, int age)
    {
        var key = ContentHash.Of(stage + item);
        cache.Actions.Put(key, new ActionResult(stage, item, entries, [new ActionOutput(0, "", blob)], TimeSpan.FromSeconds(1)));
        File.SetLastWriteTimeUtc(cache.Actions.PathOf(key), DateTime.UtcNow.AddSeconds(-age));
    }
}
