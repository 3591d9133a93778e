using System.Diagnostics;
using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class HashedFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folders_files_come_in_order_by_relative_path()
    {
        _folder.Write("set/b.txt", "1");
        _folder.Write("set/a/c.txt", "2");

        Assert.Equal(["a/c.txt", "b.txt"], NewHasher().HashFolder(_folder["set"]).Select(file => file.Path));
    }

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

    private FileHasher NewHasher() => new(_folder.Path, _folder["index"]);
}
