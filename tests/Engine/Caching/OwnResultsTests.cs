using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

/// <summary>What a workspace has made for itself, as a source for the store that it shares now.</summary>
public sealed class OwnResultsTests : IDisposable
{
    private static readonly ContentHash Key = ContentHash.Of("key");
    private readonly TemporaryFolder _folder = new();
    private readonly OwnResults _own;
    private readonly ActionResult _result;

    public OwnResultsTests()
    {
        _own = new OwnResults(_folder.Path, Assert.Fail);
        var blob = new ContentStore(_folder.Path, Assert.Fail).Put("a boat"u8);
        _result = new ActionResult("Paint", "a", [], [new ActionOutput(0, "", blob)], TimeSpan.Zero);
    }

    private CancellationToken Cancel { get; } = TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_gives_what_there_is_and_takes_nothing()
    {
        Assert.False(OwnResults.Any(_folder.Path));
        Assert.False(await _own.HasAsync(Key, Cancel));
        Assert.False(await _own.StoreAsync(Key, _result, _ => "", Cancel));
        new ActionCache(_folder.Path, Assert.Fail).Put(Key, _result);

        Assert.True(OwnResults.Any(_folder.Path));
        Assert.True(await _own.HasAsync(Key, Cancel));
        Assert.Equal(_result.Outputs, (await _own.FindAsync(Key, Cancel))!.Outputs);
        Assert.Equal((_folder.Path, false, false), (_own.Name, _own.Writes, _own.Failed));
    }

    [Fact]
    public async Task What_an_earlier_attempt_left_counts_for_nothing()
    {
        using var into = new MemoryStream();
        into.Write("half of something else"u8);

        Assert.True(await _own.FetchAsync(_result.Outputs[0].Blob, into, Cancel));

        Assert.Equal("a boat"u8.ToArray(), into.ToArray());
    }

    [Fact]
    public async Task A_blob_that_is_missing_or_has_another_size_does_not_come()
    {
        using var into = new MemoryStream();

        Assert.False(await _own.FetchAsync(new Blob(ContentHash.Of("another"), 7), into, Cancel));
        Assert.False(await _own.FetchAsync(_result.Outputs[0].Blob with { Size = 7 }, into, Cancel));

        Assert.Equal(0, into.Length);
    }
}
