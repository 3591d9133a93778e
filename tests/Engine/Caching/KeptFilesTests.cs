using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class KeptFilesTests : IDisposable
{
    private static readonly ContentHash Key = ContentHash.Of("key");
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly KeptFiles _kept;

    public KeptFilesTests() => _kept = new KeptFiles(_folder.Path, _warnings.Add);

    public void Dispose() => _folder.Dispose();

    private string Place => _folder[$"kept/{Key.ToString()[..2]}/{Key}"];

    [Fact]
    public void What_was_kept_is_found_under_its_key()
    {
        Assert.Null(_kept.Find(Key));

        _kept.Keep(Key, stream => stream.Write("abc"u8));

        Assert.Equal(Place, _kept.Find(Key));
        Assert.Equal("abc", File.ReadAllText(Place));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void What_fails_while_it_is_written_is_not_kept()
    {
        Assert.Throws<InvalidOperationException>(() => _kept.Keep(Key, _ => throw new InvalidOperationException("no")));

        Assert.Null(_kept.Find(Key));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_use_is_noted_once_a_day()
    {
        _kept.Keep(Key, stream => stream.WriteByte(1));
        var recently = DateTime.UtcNow.AddHours(-3);
        File.SetLastWriteTimeUtc(Place, recently);
        _kept.Find(Key);
        Assert.Equal(recently, File.GetLastWriteTimeUtc(Place), TimeSpan.FromSeconds(1));

        File.SetLastWriteTimeUtc(Place, DateTime.UtcNow.AddDays(-2));
        _kept.Find(Key);
        Assert.Equal(DateTime.UtcNow, File.GetLastWriteTimeUtc(Place), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void A_folder_in_its_place_is_told_and_goes_out_of_the_way()
    {
        Directory.CreateDirectory(Place);

        Assert.Null(_kept.Find(Key));

        Assert.Equal([$"The kept result {Key} is a folder, not a file; it was removed and is computed again."], _warnings);
        Assert.False(Path.Exists(Place));
        Directory.CreateDirectory(Place);
        _kept.Keep(Key, stream => stream.WriteByte(1));
        Assert.Equal(Place, _kept.Find(Key));
    }

    [Fact]
    public void What_its_reader_finds_damaged_can_be_removed()
    {
        _kept.Keep(Key, stream => stream.WriteByte(1));

        _kept.Remove(Key);
        _kept.Remove(Key);

        Assert.Null(_kept.Find(Key));
    }
}
