using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class HashMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_old_file_is_read_once_even_by_the_next_process()
    {
        var path = _folder.Write("a.txt", "abc");
        ClockGrain.Pass();
        var first = NewHasher();
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", first.Hash(path).ToString());
        first.Save();

        var second = NewHasher();
        Assert.Equal(first.Hash(path), second.Hash(path));

        Assert.Equal((1, 0), (first.FilesRead, second.FilesRead));
    }

    [Fact]
    public void Many_files_are_remembered_and_every_change_among_them_is_seen()
    {
        const int Count = 300;
        for (var i = 0; i < Count; i++)
            _folder.Write($"set/{i}.txt", $"{i}");
        ClockGrain.Pass();
        var first = NewHasher();
        var before = HashFolder(first, "set");
        first.Save();

        var second = NewHasher();
        Assert.Equal(before, HashFolder(second, "set"));
        Assert.Equal((Count, 0), (first.FilesRead, second.FilesRead));

        _folder.Write("set/17.txt", "other");
        File.Delete(_folder["set/18.txt"]);
        _folder.Write("set/new.txt", "new");
        ClockGrain.Pass();
        var third = NewHasher();
        var after = HashFolder(third, "set");
        Assert.Equal(["17.txt", "18.txt", "new.txt"], before.Concat(after).GroupBy(file => file.Key).Where(file => file.Distinct().Count() != 1 || file.Count() != 2).Select(file => file.Key).Order(StringComparer.Ordinal));
        Assert.Equal(2, third.FilesRead);
        third.Save();
        var fourth = NewHasher();
        Assert.Equal(after, HashFolder(fourth, "set"));
        Assert.Equal(0, fourth.FilesRead);
    }

    [Fact]
    public void What_is_gone_is_forgotten_and_the_rest_is_not()
    {
        _folder.Write("one/a.txt", "1");
        _folder.Write("one/b.txt", "2");
        _folder.Write("two/c.txt", "3");
        _folder.Write("three/d.txt", "4");
        ClockGrain.Pass();
        var first = NewHasher();
        foreach (var folder in new[] { "one", "two", "three" })
            HashFolder(first, folder);
        first.Save();
        var full = new FileInfo(_folder["index"]).Length;
        File.Delete(_folder["one/a.txt"]);
        Directory.Delete(_folder["two"], recursive: true);
        _folder.Write("one/e.txt", "5");
        ClockGrain.Pass();
        var second = NewHasher();
        HashFolder(second, "one");
        second.Save();

        var third = NewHasher();
        HashFolder(third, "one");
        HashFolder(third, "three");

        Assert.Equal(0, third.FilesRead);
        Assert.True(new FileInfo(_folder["index"]).Length < full);
    }

    [Fact]
    public void A_new_hash_takes_the_place_of_the_remembered_one()
    {
        var path = _folder.Write("a.txt", "abc");
        ClockGrain.Pass();
        var first = NewHasher();
        first.Hash(path);
        first.Save();
        _folder.Write("a.txt", "other");
        ClockGrain.Pass();
        var second = NewHasher();
        Assert.Equal(ContentHash.Of("other"), second.Hash(path));
        Assert.Equal(ContentHash.Of("other"), second.Hash(path));
        second.Save();

        var third = NewHasher();
        Assert.Equal(ContentHash.Of("other"), third.Hash(path));

        Assert.Equal((1, 0), (second.FilesRead, third.FilesRead));
    }

    [Fact]
    public void Without_anything_new_the_memory_is_not_written()
    {
        var path = _folder.Write("a.txt", "abc");
        ClockGrain.Pass();
        var first = NewHasher();
        first.Hash(path);
        first.Save();
        File.Delete(_folder["index"]);

        NewHasher().Save();
        Assert.False(File.Exists(_folder["index"]));
    }

    [Fact]
    public void A_folder_of_which_nothing_is_known_does_not_stop_the_memory_from_being_kept()
    {
        var (kept, gone) = (_folder.Write("a.txt", "a"), _folder.Write("empty/b.txt", "b"));
        ClockGrain.Pass();
        var first = NewHasher();
        first.Hash(kept);
        first.Hash(gone);
        File.Delete(gone);
        first.Save();

        var second = NewHasher();
        second.Hash(kept);

        Assert.Equal(0, second.FilesRead);
    }

    [Fact]
    public void The_workspace_may_be_moved()
    {
        _folder.Write("here/set/a.txt", "abc");
        using var elsewhere = new TemporaryFolder();
        var outside = elsewhere.Write("x.txt", "x");
        ClockGrain.Pass();
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
    public void A_file_beside_the_workspace_is_remembered_where_it_is()
    {
        var path = _folder.Write("beside/set/a.txt", "abc");
        ClockGrain.Pass();
        var first = new FileHasher(_folder["inside"], _folder["index"]);
        first.Hash(path);
        first.Save();

        var second = new FileHasher(_folder["inside"], _folder["index"]);
        second.Hash(path);

        Assert.Equal(0, second.FilesRead);
    }

    [Fact]
    public void A_damaged_memory_counts_as_empty()
    {
        var path = _folder.Write("a.txt", "abc");
        ClockGrain.Pass();
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
    public void A_damaged_memory_is_told()
    {
        _folder.Write("index", "rubbish");
        var warnings = new List<string>();

        _ = new FileHasher(_folder.Path, _folder["index"], warnings.Add);

        Assert.Equal(["The memory of the files' hashes is damaged (it is not what belongs there); the files are read again."], warnings);
    }

    private Dictionary<string, ContentHash> HashFolder(FileHasher hasher, string folder) =>
        Directory.GetFiles(_folder[folder]).ToDictionary(file => Path.GetFileName(file), hasher.Hash);

    private FileHasher NewHasher() => new(_folder.Path, _folder["index"]);
}
