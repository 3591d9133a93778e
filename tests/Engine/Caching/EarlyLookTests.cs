using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

/// <summary>A folder whose files are looked at ahead.</summary>
public sealed class EarlyLookTests : IDisposable
{
    private const int Count = 20;
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, ContentHash?> _before;

    public EarlyLookTests()
    {
        for (var i = 0; i < Count; i++)
            _folder.Write($"set/10_cat/{i:0000}.txt", $"{i}");
        ClockGrain.Pass();
        var hasher = NewHasher();
        _before = Names.ToDictionary(name => name, name => hasher.TryHash(_folder[name]));
        hasher.Save();
    }

    private static IEnumerable<string> Names => Enumerable.Range(0, Count).Select(i => $"set/10_cat/{i:0000}.txt");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_as_it_was_is_not_read()
    {
        var hasher = NewHasher();

        hasher.LookAhead(_folder["set"], Count);

        Assert.Equal(_before, HashesOf(hasher));
        Assert.Equal(0, hasher.FilesRead);
    }

    [Fact]
    public void What_changed_before_is_seen()
    {
        Change();
        var hasher = NewHasher();

        hasher.LookAhead(_folder["set/10_cat"], Count);

        AssertChanged(HashesOf(hasher));
        Assert.Equal(1, hasher.FilesRead);
    }

    /// <summary>A run may wait for an hour between the look and the question.</summary>
    [Fact]
    public void What_changes_long_after_the_look_is_seen()
    {
        var hasher = NewHasher();
        hasher.LookAhead(_folder["set"], Count);
        Assert.Equal(_before, HashesOf(hasher));

        Thread.Sleep(TimeSpan.FromSeconds(1.2));
        Change();

        AssertChanged(HashesOf(hasher));
    }

    [Fact]
    public void What_was_read_since_the_look_counts_as_it_was_read()
    {
        var hasher = NewHasher();
        hasher.LookAhead(_folder["set"], Count);
        Assert.Equal(_before, HashesOf(hasher));

        Change();
        _ = hasher.Hash(_folder["set/10_cat/0017.txt"]);

        Assert.Equal(ContentHash.Of("other"), HashesOf(hasher)["set/10_cat/0017.txt"]);
    }

    [Fact]
    public void A_folder_beside_is_not_meant()
    {
        var hasher = NewHasher();

        hasher.LookAhead(_folder["se"], Count);

        Assert.Equal(_before, HashesOf(hasher));
    }

    private void Change()
    {
        _folder.Write("set/10_cat/0017.txt", "other");
        File.Delete(_folder["set/10_cat/0018.txt"]);
        ClockGrain.Pass();
    }

    private void AssertChanged(Dictionary<string, ContentHash?> after)
    {
        var changed = after.Where(file => file.Value != _before[file.Key]).ToDictionary(file => file.Key, file => file.Value);
        Assert.Equal(new() { ["set/10_cat/0017.txt"] = ContentHash.Of("other"), ["set/10_cat/0018.txt"] = null }, changed);
    }

    private Dictionary<string, ContentHash?> HashesOf(FileHasher hasher)
    {
        var near = 0;
        return Names.ToDictionary(name => name, name => hasher.TryHash(_folder[name], ref near));
    }

    private FileHasher NewHasher() => new(_folder.Path, _folder["index"]);
}
