using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class RememberedHashTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_hash_taken_within_the_clocks_grain_is_not_trusted()
    {
        var stamp = new FileStamp(1, 3, ModifiedNs: 1_000_000_001, ChangedNs: 1_000_000_001);

        Assert.False(new RememberedHash(stamp, stamp.ChangedNs + 5_000_000, default).IsTrusted);
        Assert.True(new RememberedHash(stamp, stamp.ChangedNs + 50_000_000, default).IsTrusted);
        Assert.False(new RememberedHash(stamp, stamp.ChangedNs - 1, default).IsTrusted);
    }

    [Fact]
    public void Whole_seconds_mean_a_coarse_file_system()
    {
        var stamp = new FileStamp(1, 3, ModifiedNs: 5_000_000_000, ChangedNs: 5_000_000_000);

        Assert.False(new RememberedHash(stamp, stamp.ChangedNs + 1_000_000_000, default).IsTrusted);
        Assert.True(new RememberedHash(stamp, stamp.ChangedNs + 3_000_000_000, default).IsTrusted);
    }

    [Fact]
    public void A_clock_that_was_set_back_hides_no_change()
    {
        // The file's times lie ahead of the clock, as they do after the clock was set back.
        var stamp = new FileStamp(1, 3, ModifiedNs: 5_000_000_001, ChangedNs: 5_000_000_001);

        Assert.False(new RememberedHash(stamp, SeenNs: 1_000_000_000, default).IsTrusted);

        var path = _folder.Write("a.txt", "abc");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(1));
        var hasher = NewHasher();
        hasher.Hash(path);
        hasher.Hash(path);
        Assert.Equal(2, hasher.FilesRead);
    }

    private FileHasher NewHasher() => new(_folder.Path, _folder["index"]);
}
