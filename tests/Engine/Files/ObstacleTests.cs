using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class ObstacleTests : IDisposable
{
    private const int Writers = 4;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_fails_for_another_reason_is_tried_once_more_and_nothing_is_moved()
    {
        var (path, count) = (_folder.Write("cache/ac/x", "x"), 0);

        Assert.Throws<IOException>(() => Obstacle.Overcome(_folder["cache"], path, () =>
        {
            count++;
            throw new IOException("The disk is full.");
        }));

        Assert.Equal((2, "x"), (count, File.ReadAllText(path)));
    }

    [Fact]
    public void A_folder_is_put_aside_even_where_a_file_lies_in_the_place_for_that()
    {
        _folder.Write("cache/x/deep", "x");
        _folder.Write("cache/tmp", "in the way");

        Obstacle.SetAside(_folder["cache"], _folder["cache/x"]);

        Assert.False(Path.Exists(_folder["cache/x"]));
        var aside = Assert.Single(Directory.GetDirectories(_folder["cache/tmp"]));
        Assert.Matches("^[0-9a-f]{32}$", Path.GetFileName(aside));
        Assert.Equal("x", File.ReadAllText(Path.Combine(aside, "deep")));
    }

    [Fact]
    public void What_lies_in_the_place_of_the_caches_folder_itself_is_not_put_aside()
    {
        var file = _folder.Write("cache", "mine");

        Obstacle.Clear(file, Path.Combine(file, "x"));

        Assert.Equal("mine", File.ReadAllText(file));
    }

    [Fact]
    public void Where_nothing_lies_nothing_is_put_aside()
    {
        Obstacle.SetAside(_folder.Path, _folder["x"]);

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task What_one_thread_makes_where_a_link_lay_is_not_put_aside_by_another()
    {
        for (var round = 0; round < 300; round++)
        {
            var (root, both) = (_folder[$"{round}"], new Barrier(Writers));
            Directory.CreateDirectory(root);
            File.CreateSymbolicLink(Path.Combine(root, "ac"), _folder["nowhere"]);

            await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
            {
                both.SignalAndWait();
                var path = Path.Combine(root, "ac", $"{writer}", "x");
                Obstacle.Overcome(root, path, () => AtomicFile.Write(path, stream => stream.WriteByte(1), flush: false));
            })));

            Assert.Equal(Writers, Directory.GetFiles(Path.Combine(root, "ac"), "x", SearchOption.AllDirectories).Length);
        }
    }
}
