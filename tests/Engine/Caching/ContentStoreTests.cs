using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class ContentStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly ContentStore _store;

    public ContentStoreTests() => _store = new ContentStore(_folder["store"], _warnings.Add);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_blob_lies_under_its_hash()
    {
        var blob = _store.Put("abc"u8);

        Assert.Equal(_folder["store/cas/ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"], _store.PathOf(blob.Hash));
        Assert.Equal("abc", File.ReadAllText(_store.PathOf(blob.Hash)));
        Assert.Equal(3, blob.Size);
        Assert.Equal([blob], _store.All());
        Assert.Empty(Directory.GetFiles(_folder["store/tmp"]));
    }

    [Fact]
    public void Equal_files_are_stored_once()
    {
        _store.PutFile(_folder.Write("a", "same"));
        _store.PutFile(_folder.Write("b", "same"));

        Assert.Single(_store.All());
    }

    [Fact]
    public void A_large_file_survives_the_way_in_and_out()
    {
        var bytes = new byte[300_000];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(_folder["big"], bytes);

        Assert.True(_store.TryLayOut(_store.PutFile(_folder["big"]), _folder["out/big"]));

        Assert.Equal(bytes, File.ReadAllBytes(_folder["out/big"]));
    }

    [Fact]
    public void A_laid_out_file_may_be_written_and_the_blob_stays()
    {
        var blob = _store.Put("abc"u8);
        _store.TryLayOut(blob, _folder["out"]);

        File.WriteAllText(_folder["out"], "scribble");

        Assert.True(_store.Verify(blob));
    }

    [Fact]
    public void A_missing_blob_is_not_laid_out() =>
        Assert.False(_store.TryLayOut(new Blob(ContentHash.Of("nothing"), 7), _folder["out"]));

    [Theory]
    [InlineData("abx")]
    [InlineData("ab")]
    [InlineData("")]
    public void A_damaged_blob_is_reported_and_removed_and_the_target_left_alone(string damaged)
    {
        var blob = _store.Put("abc"u8);
        File.Delete(_store.PathOf(blob.Hash));
        File.WriteAllText(_store.PathOf(blob.Hash), damaged);
        _folder.Write("out", "before");

        Assert.False(_store.TryLayOut(blob, _folder["out"]));

        Assert.Equal("before", File.ReadAllText(_folder["out"]));
        Assert.Equal([$"The stored blob {blob.Hash} is damaged; it was removed, and what made it runs again when needed."], _warnings);
        Assert.Empty(_store.All());
    }
}
