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
        Put("Samples v01", "Samples v01", FingerprintEntry.Parameter("seed", "11"));
        Put("Report", "Report", FingerprintEntry.Output("pictures/0", "artifacts/samples/v01/beach_11.png", picture.Hash, _workshop["beach_11.png"]));

        Assert.Equal("Samples v01", ResultIndex.Read(cache).Maker(picture.Hash, name)!.Result.Stage);

        void Put(string stage, string item, FingerprintEntry entry)
        {
            var key = ContentHash.Of(stage);
            cache.Actions.Put(key, new ActionResult(stage, item, [entry], [new ActionOutput(0, "", picture)], TimeSpan.FromSeconds(1)));
            File.SetLastWriteTimeUtc(cache.Actions.PathOf(key), DateTime.UtcNow.AddSeconds(stage == "Report" ? 0 : -10));
        }
    }
}
