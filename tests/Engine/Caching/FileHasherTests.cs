using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class FileHasherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_old_file_is_read_once_even_by_the_next_process()
    {
        var path = _folder.Write("a.txt", "abc");
        Settle();
        var first = NewHasher();
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", first.Hash(path).ToString());
        first.Save();

        var second = NewHasher();
        Assert.Equal(first.Hash(path), second.Hash(path));

        Assert.Equal((1, 0), (first.FilesRead, second.FilesRead));
    }

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
    public void New_content_of_the_same_size_and_time_is_seen()
    {
        var path = _folder.Write("a.txt", "abc");
        var time = File.GetLastWriteTimeUtc(path);
        Settle();
        var hasher = NewHasher();
        var before = hasher.Hash(path);
        File.WriteAllText(path, "xyz");
        File.SetLastWriteTimeUtc(path, time);

        Assert.NotEqual(before, hasher.Hash(path));
    }

    [Fact]
    public void A_file_put_in_the_place_of_another_is_seen()
    {
        var path = _folder.Write("a.txt", "abc");
        var other = _folder.Write("b.txt", "xyz");
        Settle();
        var hasher = NewHasher();
        var before = hasher.Hash(path);
        File.Move(other, path, overwrite: true);

        Assert.NotEqual(before, hasher.Hash(path));
    }

    [Fact]
    public void A_damaged_memory_counts_as_empty()
    {
        var path = _folder.Write("a.txt", "abc");
        Settle();
        var first = NewHasher();
        first.Hash(path);
        first.Save();
        var bytes = File.ReadAllBytes(_folder["index"]);
        bytes[^40] ^= 1;
        File.WriteAllBytes(_folder["index"], bytes);

        var second = NewHasher();
        Assert.Equal(first.Hash(path), second.Hash(path));

        Assert.Equal(1, second.FilesRead);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal($"{_folder["no.png"]} does not exist.", Assert.Throws<FileNotFoundException>(() => NewHasher().Hash(_folder["no.png"])).Message);

    [Fact]
    public void A_folder_is_not_a_file()
    {
        Directory.CreateDirectory(_folder["sub"]);

        Assert.Null(NewHasher().TryHash(_folder["sub"]));
    }

    [Fact]
    public void A_folders_files_come_in_order_by_relative_path()
    {
        _folder.Write("set/b.txt", "1");
        _folder.Write("set/a/c.txt", "2");

        Assert.Equal(["a/c.txt", "b.txt"], NewHasher().HashFolder(_folder["set"]).Select(file => file.Path));
    }

    private FileHasher NewHasher() => new(_folder.Path, _folder["index"]);

    /// <summary>Until the files written are older than the clock's grain.</summary>
    private static void Settle() => Thread.Sleep(40);
}
