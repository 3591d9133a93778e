using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_written_into_a_folder_that_was_not_there_and_replaced()
    {
        AtomicFile.Write(_folder["deep/er/x"], "one"u8);
        AtomicFile.Write(_folder["deep/er/x"], "2"u8);

        Assert.Equal("2", File.ReadAllText(_folder["deep/er/x"]));
        Assert.Equal([_folder["deep/er/x"]], Directory.GetFiles(_folder["deep/er"]));
    }

    [Fact]
    public void What_cannot_be_moved_leaves_nothing_beside()
    {
        Directory.CreateDirectory(_folder["x/y"]);
        var file = _folder.Write("z", "1");

        Assert.ThrowsAny<SystemException>(() => AtomicFile.Move(file, _folder["x"]));

        Assert.Equal([_folder["x"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_content_can_be_written_piece_by_piece_and_changed_at_its_beginning(bool flush)
    {
        AtomicFile.Write(
            _folder["x"],
            stream =>
            {
                stream.Write("abc"u8);
                stream.Position = 0;
                stream.WriteByte((byte)'A');
            },
            flush);

        Assert.Equal("Abc", File.ReadAllText(_folder["x"]));
    }

    [Fact]
    public void Where_nobody_writes_the_content_nothing_is_begun()
    {
        Assert.Throws<ArgumentNullException>("write", () => AtomicFile.Write(_folder["deep/x"], (Action<Stream>)null!));

        Assert.False(Directory.Exists(_folder["deep"]));
    }

    [Fact]
    public void Until_it_is_whole_the_old_file_stands_and_the_new_one_is_hidden()
    {
        _folder.Write("x", "old");

        AtomicFile.Write(_folder["x"], stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(_folder["x"]));
            var temporary = Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Single(name => name != "x")!;
            Assert.Matches(@"^\.[0-9a-f]{32}\.tmp$", temporary);
        });

        Assert.Equal("new", File.ReadAllText(_folder["x"]));
    }

    [Fact]
    public void When_writing_fails_the_old_file_stays_and_nothing_else()
    {
        _folder.Write("x", "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(_folder["x"], _ => throw new InvalidOperationException("no")));

        Assert.Equal("old", File.ReadAllText(_folder["x"]));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void When_the_new_file_is_not_right_the_old_one_stays_and_nothing_else()
    {
        var path = _folder.Write("a.txt", "old");

        var e = Assert.Throws<InvalidDataException>(() => AtomicFile.Write(path, stream => stream.WriteByte(1), check: made => throw new InvalidDataException($"{new FileInfo(made).Length} byte")));

        Assert.Equal(("1 byte", "old"), (e.Message, File.ReadAllText(path)));
        Assert.Equal(["a.txt"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void When_the_folder_is_gone_as_well_the_first_failure_is_told()
    {
        var failure = Assert.Throws<IOException>(() => AtomicFile.Write(_folder["deep/x"], stream =>
        {
            Directory.Delete(_folder["deep"], recursive: true);
            throw new IOException("The disk is full.");
        }));

        Assert.Equal("The disk is full.", failure.Message);
    }

    [Fact]
    public void When_the_file_cannot_be_replaced_nothing_is_left()
    {
        Directory.CreateDirectory(_folder["x"]);

        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(_folder["x"], "new"u8));
        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(_folder["x"], stream => stream.WriteByte(1)));

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_rename_that_a_network_file_system_says_it_has_done_already_is_done()
    {
        AtomicFile.Rename(_folder["renamed"], _folder.Write("x", "new"));

        Assert.Equal("new", File.ReadAllText(_folder["x"]));
        Assert.Throws<FileNotFoundException>(() => AtomicFile.Rename(_folder["renamed"], _folder["y"]));
    }
}
