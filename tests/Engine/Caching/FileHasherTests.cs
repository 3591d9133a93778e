using System.Diagnostics;
using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class FileHasherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_of_which_nothing_is_known_does_not_stop_the_memory_from_being_kept()
    {
        _folder.Write("a.txt", "a");
        Directory.CreateDirectory(_folder["empty"]);
        var hasher = new FileHasher(_folder.Path, _folder["index"]);
        hasher.Hash(_folder["a.txt"]);
        Assert.Empty(hasher.HashFolder(_folder["empty"]));

        hasher.Save();

        Assert.True(File.Exists(_folder["index"]));
    }

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

    [Theory]
    [InlineData("pipe", "is a named pipe, a socket or a device")]
    [InlineData("link", "is a link that leads nowhere")]
    public void What_is_no_file_in_a_folder_is_named(string name, string what)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes in folders, and no links for everybody.");
        _folder.Write("set/a.txt", "1");
        if (name == "link")
            File.CreateSymbolicLink(_folder["set/link"], "nowhere");
        else
        {
            using var process = Process.Start("mkfifo", [_folder["set/pipe"]]);
            process.WaitForExit();
        }

        Assert.Equal($"{_folder[$"set/{name}"]} {what}; a file is expected there.", Assert.Throws<IOException>(() => NewHasher().HashFolder(_folder["set"])).Message);
    }

    [Fact]
    public void A_file_that_something_else_took_the_place_of_is_not_remembered()
    {
        var path = _folder.Write("a.txt", "abc");
        Settle();
        var hasher = NewHasher();
        hasher.Hash(path);
        File.Delete(path);
        Assert.Null(hasher.TryHash(path));
        Directory.CreateDirectory(path);

        Assert.Null(hasher.TryHash(path));
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

    [Fact]
    public void Links_to_files_and_folders_are_followed_and_a_circle_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no links for everybody.");
        _folder.Write("other/deep/a.txt", "1");
        _folder.Write("b.txt", "2");
        Directory.CreateDirectory(_folder["set"]);
        File.CreateSymbolicLink(_folder["set/b.txt"], _folder["b.txt"]);
        Directory.CreateSymbolicLink(_folder["set/one"], _folder["other"]);
        Directory.CreateSymbolicLink(_folder["set/two"], _folder["other"]);

        Assert.Equal(["b.txt", "one/deep/a.txt", "two/deep/a.txt"], NewHasher().HashFolder(_folder["set"]).Select(file => file.Path));

        Directory.CreateSymbolicLink(_folder["other/circle"], _folder["set"]);
        Assert.Contains("is a link to a folder that it lies in; remove it.", Assert.Throws<IOException>(() => NewHasher().HashFolder(_folder["set"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_named() =>
        Assert.Equal($"{_folder["no"]} does not exist.", Assert.Throws<DirectoryNotFoundException>(() => NewHasher().HashFolder(_folder["no"])).Message);

    [Fact]
    public void A_file_is_no_folder() =>
        Assert.Throws<DirectoryNotFoundException>(() => NewHasher().HashFolder(_folder.Write("a", "1")));

    [Fact]
    public void Names_come_in_the_order_of_their_letters_whatever_they_are()
    {
        string[] names = ["a", "a.b", "a b", "aa", "ab", "a0000000000000001", "a0000000000000002", "a00000000", "ä", "Z", "z", "帆", "\U0001F6A2", "\uFF41"];
        foreach (var name in names)
            _folder.Write($"set/{name}", name);
        _folder.Write("set/a-/x", "x");

        var files = NewHasher().HashFolder(_folder["set"]);

        Assert.Equal([.. names.Append("a-/x").Order(StringComparer.Ordinal)], files.Select(file => file.Path));
        Assert.All(files, file => Assert.Equal(ContentHash.Of(file.Path == "a-/x" ? "x" : file.Path), file.Hash));
    }

    [Fact]
    public void Many_files_are_remembered_and_every_change_among_them_is_seen()
    {
        const int Count = 5000;
        for (var i = 0; i < Count; i++)
            _folder.Write($"set/{i}.txt", $"{i}");
        Settle();
        var first = NewHasher();
        var before = first.HashFolder(_folder["set"]);
        first.Save();
        var paths = before.Select(file => _folder[$"set/{file.Path}"]).ToList();

        var second = NewHasher();
        Assert.Equal(before, second.HashFolder(_folder["set"]));
        Assert.Equal(before.Select(file => file.Hash), second.HashAll(paths));
        Assert.Equal(before[^1].Hash, second.Hash(paths[^1]));
        Assert.Equal(0, second.FilesRead);
        Assert.Equal(Count, first.FilesRead);

        _folder.Write("set/17.txt", "other");
        File.Delete(_folder["set/18.txt"]);
        _folder.Write("set/new.txt", "new");
        Settle();
        var third = NewHasher();
        var after = third.HashFolder(_folder["set"]);
        Assert.Equal(
            ["17.txt", "18.txt", "new.txt"],
            before.Concat(after).GroupBy(file => file.Path).Where(file => file.Distinct().Count() != 1 || file.Count() != 2).Select(file => file.Key).Order(StringComparer.Ordinal));
        Assert.Equal(2, third.FilesRead);
        third.Save();
        Assert.Equal(after, NewHasher().HashFolder(_folder["set"]));
    }

    [Fact]
    public void Many_files_of_which_one_is_none_name_it()
    {
        Directory.CreateDirectory(_folder["set"]);
        var paths = Enumerable.Range(0, 3000).Select(i => _folder[$"set/{i}"]).ToList();
        foreach (var path in paths.Take(2999))
            File.WriteAllText(path, "x");

        Assert.Equal($"{paths[^1]} does not exist.", Assert.Throws<FileNotFoundException>(() => NewHasher().HashAll(paths)).Message);
    }

    [Fact]
    public void What_is_gone_is_forgotten_and_the_rest_is_not()
    {
        _folder.Write("one/a.txt", "1");
        _folder.Write("one/b.txt", "2");
        _folder.Write("two/c.txt", "3");
        _folder.Write("three/d.txt", "4");
        Settle();
        var first = NewHasher();
        foreach (var folder in new[] { "one", "two", "three" })
            first.HashFolder(_folder[folder]);
        first.Save();
        var full = new FileInfo(_folder["index"]).Length;
        File.Delete(_folder["one/a.txt"]);
        Directory.Delete(_folder["two"], recursive: true);
        _folder.Write("one/e.txt", "5");
        Settle();
        var second = NewHasher();
        second.HashFolder(_folder["one"]);
        second.Save();

        var third = NewHasher();
        third.HashFolder(_folder["one"]);
        third.HashFolder(_folder["three"]);

        Assert.Equal(0, third.FilesRead);
        Assert.True(new FileInfo(_folder["index"]).Length < full);
    }

    [Fact]
    public void Without_anything_new_the_memory_is_not_written()
    {
        var path = _folder.Write("a.txt", "abc");
        Settle();
        var first = NewHasher();
        first.Hash(path);
        first.Save();
        File.Delete(_folder["index"]);

        NewHasher().Save();
        Assert.False(File.Exists(_folder["index"]));
    }

    [Fact]
    public void The_workspace_may_be_moved()
    {
        _folder.Write("here/set/a.txt", "abc");
        using var elsewhere = new TemporaryFolder();
        var outside = elsewhere.Write("x.txt", "x");
        Settle();
        var first = new FileHasher(_folder["here"], _folder["here/index"]);
        first.Hash(_folder["here/set/a.txt"]);
        first.Hash(outside);
        first.Save();
        Directory.Move(_folder["here"], _folder["there"]);

        var second = new FileHasher(_folder["there"], _folder["there/index"]);
        second.Hash(_folder["there/set/a.txt"]);
        second.Hash(outside);

        Assert.Equal(0, second.FilesRead);
    }

    [Fact]
    public void A_hash_can_be_asked_for_anew()
    {
        var path = _folder.Write("a.txt", "abc");
        Settle();
        var hasher = NewHasher();
        hasher.Hash(path);

        Assert.Equal(hasher.Hash(path), hasher.TryRehash(path));

        Assert.Equal(2, hasher.FilesRead);
    }

    [Fact]
    public void A_hash_that_was_told_is_remembered()
    {
        var path = _folder.Write("a.txt", "abc");
        Settle();
        var hasher = NewHasher();

        hasher.Remember(path, ContentHash.Of("told"));
        hasher.Remember(_folder["nothing"], ContentHash.Of("told"));

        Assert.Equal(ContentHash.Of("told"), hasher.Hash(path));
        Assert.Null(hasher.TryHash(_folder["nothing"]));
    }

    [Fact]
    public void A_damaged_memory_is_told()
    {
        _folder.Write("index", "rubbish");
        var warnings = new List<string>();

        _ = new FileHasher(_folder.Path, _folder["index"], warnings.Add);

        Assert.Equal(["The memory of the files' hashes is damaged (it is not what belongs there); the files are read again."], warnings);
    }

    private FileHasher NewHasher() => new(_folder.Path, _folder["index"]);

    /// <summary>Until the files written are older than the clock's grain.</summary>
    private static void Settle() => Thread.Sleep(40);
}
