using Slipway.Engine.Caching;
using Slipway.Engine.Files;
using Slipway.Engine.Options;

namespace Slipway.Engine.Tests;

public sealed class NothingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Cache _cache;

    public NothingTests() => _cache = new Cache(_folder.Path, Assert.Fail);

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Who_hands_nothing_over_is_told_what_it_should_have_been()
    {
        Assert.Throws<ArgumentNullException>("cache", () => CacheContents.Of(null!));
        Assert.Throws<ArgumentNullException>("cache", () => ResultIndex.Read(null!));
        Assert.Throws<ArgumentNullException>("cache", () => Verification.Of(null!));
        Assert.Throws<ArgumentNullException>("cache", () => GarbageCollection.Collect(null!, new GarbageRules(1)));
        Assert.Throws<ArgumentNullException>("rules", () => GarbageCollection.Collect(_cache, null!));
        Assert.Throws<ArgumentNullException>("declared", () => ActionOutput.Fit(null!, []));
        Assert.Throws<ArgumentNullException>("outputs", () => ActionOutput.Fit([], null!));
        Assert.Throws<ArgumentNullException>("result", () => ActionRecord.Write(default, null!));
        Assert.Throws<ArgumentNullException>("items", () => ReasonSummary.Of(null!));
        Assert.Throws<ArgumentNullException>("entries", () => new ItemHistory(_cache, "tiny", "Paint").ReasonFor("a", null!));
        Assert.Throws<ArgumentNullException>("items", () => new ItemHistory(_cache, "tiny", "Paint").ChangesSince(default, null!));
        Assert.Throws<ArgumentNullException>("cause", () => Flaw.Unreadable(null!));
        Assert.Throws<ArgumentNullException>("path", () => UserPath.Expand(null!, "/home/kun"));
        Assert.Throws<ArgumentNullException>("write", () => AtomicFile.Write(_folder["x"], (Action<Stream>)null!));
        Assert.Throws<ArgumentNullException>("declare", () => new OptionTable<object>(null!));
        Assert.Throws<ArgumentNullException>("table", () => new Declarations<object>().Part<object>(null!, whole => whole, (_, part) => part));
        await Assert.ThrowsAsync<ArgumentNullException>("body", () => Arrival.ReadAsync(null!, default, TimeSpan.Zero, TestContext.Current.CancellationToken));
    }
}
