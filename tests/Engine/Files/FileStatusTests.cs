using Slipway.Engine.Caching;
using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class FileStatusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_files_size_and_times_are_the_systems()
    {
        var path = _folder.Write("a", "abc");
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 2, 29, 12, 30, 15, 250, DateTimeKind.Utc));

        var status = FileStatus.Of(path);

        Assert.Equal((FileType.File, 3L), (status.Type, status.Size));
        Assert.Equal((File.GetLastWriteTimeUtc(path) - DateTime.UnixEpoch).Ticks * 100, status.ModifiedNs);
        Assert.InRange(FileStamp.NowNs - status.ChangedNs, -1_000_000_000, 600_000_000_000);
    }

    [Fact]
    public void What_every_program_is_told_is_the_same_but_for_inode_and_ctime()
    {
        var (path, none) = (_folder.Write("a", "abc"), _folder["b"]);

        var (told, seen) = (FileStatus.OfAny(path), FileStatus.Of(path));

        Assert.Equal((FileType.File, 3L), (told.Type, told.Size));
        Assert.InRange(seen.ModifiedNs - told.ModifiedNs, 0, 99);
        Assert.Equal((FileType.Folder, FileType.Missing), (FileStatus.OfAny(_folder.Path).Type, FileStatus.OfAny(none).Type));
    }

    [Fact]
    public void Every_type_has_words() => Assert.Equal(
        ["does not exist", "is a file", "is a folder", "is a link that leads nowhere", "is a named pipe, a socket or a device"],
        new[] { FileType.Missing, FileType.File, FileType.Folder, FileType.Link, FileType.Special }.Select(FileStatus.Describe));

    [Fact]
    public void A_link_is_looked_through_or_at()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no links for everybody.");
        File.CreateSymbolicLink(_folder["link"], _folder.Write("a", "abc"));

        Assert.Equal((FileType.File, FileType.Link), (FileStatus.Of(_folder["link"]).Type, FileStatus.TypeAt(_folder["link"])));
    }

    [Fact]
    public void A_name_that_no_file_can_have_is_missing() =>
        Assert.Equal(FileType.Missing, FileStatus.Of(_folder[new string('x', 300)]).Type);
}
