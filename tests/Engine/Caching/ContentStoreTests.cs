using Slipway.Engine.Caching;
using Slipway.Engine.Files;

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
        Assert.Equal([blob.Hash], _store.Hashes());
        Assert.Empty(Directory.GetFiles(_folder["store/tmp"]));
    }

    [Fact]
    public void Equal_files_are_stored_once()
    {
        _store.PutFile(_folder.Write("a", "same"));
        _store.PutFile(_folder.Write("b", "same"));

        Assert.Single(_store.Hashes());
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

        Assert.Null(_store.Inspect(blob.Hash));
    }

    [Fact]
    public void What_is_stored_and_laid_out_are_new_files_whatever_they_are_copied_from()
    {
        var (old, now) = (new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc), File.GetLastWriteTimeUtc(_folder.Write("new", "x")));
        var file = _folder.Write("old", "abc");
        File.SetLastWriteTimeUtc(file, old);
        var blob = _store.PutFile(file);
        Assert.InRange(File.GetLastWriteTimeUtc(_store.PathOf(blob.Hash)), now, DateTime.MaxValue);

        File.SetAttributes(_store.PathOf(blob.Hash), FileAttributes.Normal);
        File.SetLastWriteTimeUtc(_store.PathOf(blob.Hash), old);
        File.SetAttributes(_store.PathOf(blob.Hash), FileAttributes.ReadOnly);
        _store.TryLayOut(blob, _folder["out"]);

        Assert.InRange(File.GetLastWriteTimeUtc(_folder["out"]), now, DateTime.MaxValue);
        Assert.Equal(File.GetAttributes(_folder["new"]), File.GetAttributes(_folder["out"]));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(File.GetUnixFileMode(_folder["new"]), File.GetUnixFileMode(_folder["out"]));
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
        Assert.Empty(_store.Hashes());
    }

    [Fact]
    public void A_wrong_size_in_a_record_costs_no_blob()
    {
        var blob = _store.Put("abc"u8);

        Assert.False(_store.TryLayOut(blob with { Size = 4 }, _folder["out"]));

        Assert.Equal([$"A record says that the stored blob {blob.Hash} has 4 bytes; it is sound and has 3. What made the record runs again."], _warnings);
        Assert.True(_store.TryLayOut(blob, _folder["out"]));
    }

    [Fact]
    public void A_damaged_blob_is_replaced_by_who_stores_it_again()
    {
        var blob = _store.Put("abc"u8);
        File.Delete(_store.PathOf(blob.Hash));
        File.WriteAllText(_store.PathOf(blob.Hash), "abx");

        _store.Put("abc"u8);

        Assert.True(_store.TryLayOut(blob, _folder["out"]));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void What_is_about_to_be_replaced_is_told_only_when_the_blob_is_sound()
    {
        var blob = _store.Put("abc"u8);
        var told = 0;

        _store.TryLayOut(blob, _folder["out"], () => told++);
        _store.TryLayOut(new Blob(ContentHash.Of("nothing"), 7), _folder["out"], () => told += 10);

        Assert.Equal(1, told);
    }

    [Fact]
    public void A_blob_is_there_by_its_hash_and_by_its_size()
    {
        var blob = _store.Put("abc"u8);

        Assert.Equal((true, false), (_store.Contains(blob.Hash), _store.Contains(ContentHash.Of("nothing"))));
        Assert.Equal((true, false), (_store.Contains(blob), _store.Contains(blob with { Size = 4 })));
    }

    [Fact]
    public void A_blob_can_be_looked_at()
    {
        var blob = _store.Put("abc"u8);
        Assert.Null(_store.Inspect(blob.Hash));
        File.Delete(_store.PathOf(blob.Hash));
        Assert.Equal(new Flaw("does not exist, not a file"), _store.Inspect(blob.Hash));
        File.WriteAllText(_store.PathOf(blob.Hash), "abx");

        Assert.Equal(new Flaw("is damaged"), _store.Inspect(blob.Hash));
        Assert.True(File.Exists(_store.PathOf(blob.Hash)));
    }

    [Fact]
    public void A_folder_in_the_place_of_a_blob_is_told_and_goes_out_of_the_way()
    {
        var hash = ContentHash.Of("abc");
        Directory.CreateDirectory(_store.PathOf(hash));
        Assert.Equal(new Flaw("is a folder, not a file"), _store.Inspect(hash));

        Assert.False(_store.TryLayOut(new Blob(hash, 3), _folder["out"]));

        Assert.Equal([$"The stored blob {hash} is a folder, not a file; it was removed, and what made it runs again when needed."], _warnings);
        Assert.Empty(_store.Hashes());
    }

    [Fact]
    public void A_blob_that_the_system_does_not_give_ends_what_needs_it_and_is_used_when_it_can_be_read()
    {
        var blob = _store.Put("abc"u8);
        using (new FileStream(_store.PathOf(blob.Hash), FileMode.Open, FileAccess.Read, FileShare.None))
        {
            Assert.False(_store.Inspect(blob.Hash)!.IsDamage);
            foreach (var use in new Action[] { () => _store.TryLayOut(blob, _folder["out"]), () => _store.Find(blob.Hash) })
            {
                var e = Assert.Throws<IOException>(use);
                Assert.StartsWith($"The stored blob '{_store.PathOf(blob.Hash)}' cannot be read: ", e.Message, StringComparison.Ordinal);
                Assert.EndsWith(". It stays where it is, and is used when it can be read; delete it to have what made it run again", e.Message, StringComparison.Ordinal);
            }
        }

        Assert.Empty(_warnings);
        Assert.Equal(_store.PathOf(blob.Hash), _store.Find(blob.Hash));
        Assert.True(_store.TryLayOut(blob, _folder["out"]));
        Assert.Equal(["out"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_blob_that_is_stored_again_takes_the_place_of_one_that_the_system_does_not_give()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not replace what somebody holds.");
        var blob = _store.Put("abc"u8);
        using var held = new FileStream(_store.PathOf(blob.Hash), FileMode.Open, FileAccess.Read, FileShare.None);

        Assert.Equal(blob, _store.Put("abc"u8));

        Assert.Null(_store.Inspect(blob.Hash));
    }

    [Fact]
    public void What_lies_in_the_place_of_a_blob_and_cannot_be_put_aside_is_told()
    {
        var blob = new Blob(ContentHash.Of("abc"), 3);
        Directory.CreateDirectory(_store.PathOf(blob.Hash));
        File.CreateSymbolicLink(_folder["store/tmp"], "nowhere");

        Assert.False(_store.TryLayOut(blob, _folder["out"]));

        Assert.StartsWith($"The stored blob {blob.Hash} is a folder, not a file, and it cannot be removed (", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.EndsWith("); what made it runs again when needed.", _warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_blob_that_another_process_reads_is_sound()
    {
        var blob = _store.Put("abc"u8);
        using var reader = new FileStream(_store.PathOf(blob.Hash), FileMode.Open, FileAccess.Read, FileShare.Read);

        Assert.Null(_store.Inspect(blob.Hash));
    }

    [Fact]
    public void A_link_in_the_place_of_a_blob_is_no_blob()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no links for everybody.");
        var blob = _store.Put("abc"u8);
        File.Move(_store.PathOf(blob.Hash), _folder["elsewhere"]);
        File.CreateSymbolicLink(_store.PathOf(blob.Hash), _folder["elsewhere"]);

        Assert.Equal(new Flaw("is a link, not a file"), _store.Inspect(blob.Hash));
        Assert.False(_store.TryLayOut(blob, _folder["out"]));
        Assert.Equal("abc", File.ReadAllText(_folder["elsewhere"]));
    }

    [Fact]
    public async Task What_comes_is_a_blob_only_by_its_bytes()
    {
        var blob = new Blob(ContentHash.Of("abc"), 3);

        Assert.False(await _store.ReceiveAsync(blob, Gives("abx")));
        Assert.Equal([$"What came as the blob {blob.Hash} has other bytes; they were thrown away, and what made it runs here."], _warnings);
        Assert.Empty(_store.Hashes());
        Assert.Empty(Directory.GetFiles(_folder["store/tmp"]));

        Assert.True(await _store.ReceiveAsync(blob, Gives("abc")));
        Assert.Null(_store.Inspect(blob.Hash));

        static Func<Stream, Task<bool>> Gives(string text) => async stream =>
        {
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
            return true;
        };
    }

    [Fact]
    public async Task What_comes_whole_and_wrong_is_not_fetched_once_more()
    {
        var attempts = 0;

        Assert.False(await _store.ReceiveAsync(new Blob(ContentHash.Of("abc"), 3), async stream =>
        {
            attempts++;
            await stream.WriteAsync("abx"u8.ToArray());
            return true;
        }));

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task What_another_process_fetches_too_comes_beside_it()
    {
        var blob = new Blob(ContentHash.Of("abc"), 3);
        var others = _folder.Write($"store/tmp/{blob.Hash}.incomplete", "ab");
        using var held = new FileStream(others, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        Assert.True(await _store.ReceiveAsync(blob, async stream =>
        {
            Assert.Equal(0, stream.Length);
            await stream.WriteAsync("abc"u8.ToArray());
            return true;
        }));

        Assert.Null(_store.Inspect(blob.Hash));
        Assert.Equal([others], Directory.GetFiles(_folder["store/tmp"]));
    }

    [Fact]
    public async Task What_does_not_come_whole_stays_for_the_next_attempt()
    {
        var blob = new Blob(ContentHash.Of("abc"), 3);
        Assert.False(await _store.ReceiveAsync(blob, async stream =>
        {
            await stream.WriteAsync("ab"u8.ToArray());
            return false;
        }));

        Assert.True(await _store.ReceiveAsync(blob, async stream =>
        {
            Assert.Equal(2, stream.Length);
            stream.Position = 2;
            await stream.WriteAsync("c"u8.ToArray());
            return true;
        }));

        Assert.Null(_store.Inspect(blob.Hash));
        Assert.Empty(_warnings);
        Assert.Empty(Directory.GetFiles(_folder["store/tmp"]));
    }

    [Fact]
    public async Task What_is_left_of_another_time_and_is_wrong_is_fetched_once_more()
    {
        var blob = new Blob(ContentHash.Of("abc"), 3);
        _folder.Write($"store/tmp/{blob.Hash}.incomplete", "abx");

        Assert.True(await _store.ReceiveAsync(blob, async stream =>
        {
            if (stream.Length == 0)
                await stream.WriteAsync("abc"u8.ToArray());
            return true;
        }));

        Assert.Null(_store.Inspect(blob.Hash));
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task What_is_wrong_once_more_is_given_up()
    {
        var (blob, attempts) = (new Blob(ContentHash.Of("abc"), 3), 0);
        _folder.Write($"store/tmp/{blob.Hash}.incomplete", "abx");

        Assert.False(await _store.ReceiveAsync(blob, async stream =>
        {
            Assert.InRange(++attempts, 1, 2);
            if (stream.Length == 0)
                await stream.WriteAsync("aby"u8.ToArray());
            return true;
        }));

        Assert.Equal(2, attempts);
    }

    [Fact]
    public void A_blob_that_is_found_again_gets_young()
    {
        var path = _store.PathOf(_store.Put("abc"u8).Hash);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-10));

        _store.Put("abc"u8);

        Assert.InRange(File.GetLastWriteTimeUtc(path), DateTime.UtcNow.AddHours(-1), DateTime.MaxValue);
    }

    [Fact]
    public void Blobs_may_not_be_written()
    {
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(_store.PathOf(_store.Put("abc"u8).Hash)));
    }
}
