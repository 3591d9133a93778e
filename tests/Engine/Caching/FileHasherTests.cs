using System.Diagnostics;
using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class FileHasherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void New_content_of_the_same_size_and_time_is_seen()
    {
        var path = _folder.Write("a.txt", "abc");
        var time = File.GetLastWriteTimeUtc(path);
        ClockGrain.Pass();
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
        ClockGrain.Pass();
        var hasher = NewHasher();
        var before = hasher.Hash(path);
        File.Move(other, path, overwrite: true);

        Assert.NotEqual(before, hasher.Hash(path));
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
    public async Task A_file_that_changes_all_the_time_while_it_is_read_has_no_hash()
    {
        var path = _folder.Write("a.txt", "");
        using (var file = File.OpenWrite(path))
            file.SetLength(256 << 20); // reading it takes longer than the other thread ever waits for a core
        using var end = new CancellationTokenSource();
        var writer = Task.Factory.StartNew(
            () =>
            {
                for (var time = DateTime.UnixEpoch; !end.IsCancellationRequested; time = time.AddSeconds(1))
                    File.SetLastWriteTimeUtc(path, time);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        var e = Assert.Throws<IOException>(() => NewHasher().Hash(path));

        await end.CancelAsync();
        await writer;
        Assert.Equal($"{path} changes while it is read; stop what writes to it and run again.", e.Message);
    }

    [Fact]
    public void What_is_no_file_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes in folders, and no links for everybody.");
        Directory.CreateDirectory(_folder["folder"]);
        File.CreateSymbolicLink(_folder["link"], "nowhere");
        File.CreateSymbolicLink(_folder["circle"], "circle");
        using (var process = Process.Start("mkfifo", [_folder["pipe"]]))
            process.WaitForExit();

        foreach (var (name, what) in new[]
        {
            ("folder", "is a folder"), ("link", "is a link that leads nowhere"), ("circle", "is a link that leads nowhere"), ("pipe", "is a named pipe, a socket or a device"),
        })
        {
            Assert.Equal($"{_folder[name]} {what}; a file is expected there.", Assert.Throws<IOException>(() => NewHasher().Hash(_folder[name])).Message);
            Assert.Null(NewHasher().TryHash(_folder[name]));
            Assert.Null(NewHasher().TryRehash(_folder[name]));
        }
    }

    [Fact]
    public void A_file_that_something_else_took_the_place_of_is_not_remembered()
    {
        var path = _folder.Write("a.txt", "abc");
        ClockGrain.Pass();
        var hasher = NewHasher();
        hasher.Hash(path);
        File.Delete(path);
        Assert.Null(hasher.TryHash(path));
        Directory.CreateDirectory(path);

        Assert.Null(hasher.TryHash(path));
    }

    [Fact]
    public void A_hash_can_be_asked_for_anew()
    {
        var path = _folder.Write("a.txt", "abc");
        ClockGrain.Pass();
        var hasher = NewHasher();
        hasher.Hash(path);

        Assert.Equal(hasher.Hash(path), hasher.TryRehash(path));

        Assert.Equal(2, hasher.FilesRead);
    }

    [Fact]
    public void A_hash_that_was_told_is_remembered()
    {
        var path = _folder.Write("a.txt", "abc");
        ClockGrain.Pass();
        var hasher = NewHasher();

        hasher.Remember(path, ContentHash.Of("told"));
        hasher.Remember(_folder["nothing"], ContentHash.Of("told"));

        Assert.Equal(ContentHash.Of("told"), hasher.Hash(path));
        Assert.Null(hasher.TryHash(_folder["nothing"]));
    }

    private FileHasher NewHasher() => new(_folder.Path, _folder["index"]);
}
