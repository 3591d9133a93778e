using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

/// <summary>Up to 65,536 bytes are read and written; larger files are cloned where the file system can.</summary>
public sealed class BlobCopyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BlobCopy _copy;

    public BlobCopyTests() => _copy = new BlobCopy(() => _folder["probe"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(3)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    public void A_copy_is_a_new_file_with_the_bytes_of_the_original(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        var old = Original(bytes);
        var now = File.GetLastWriteTimeUtc(_folder.Write("new", "x"));
        File.SetLastWriteTimeUtc(old, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        if (OperatingSystem.IsWindows())
            File.SetAttributes(old, FileAttributes.ReadOnly);
        else
            File.SetUnixFileMode(old, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var blob = _copy.Make(old, _folder["copy"], flush: true);

        Assert.Equal(bytes, File.ReadAllBytes(_folder["copy"]));
        Assert.Equal(new Blob(ContentHash.Of(bytes), length), blob);
        Assert.InRange(File.GetLastWriteTimeUtc(_folder["copy"]), now, DateTime.MaxValue);
        Assert.Equal(File.GetAttributes(_folder["new"]), File.GetAttributes(_folder["copy"]));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(File.GetUnixFileMode(_folder["new"]), File.GetUnixFileMode(_folder["copy"]));
        Assert.False(File.Exists(_folder["probe"]));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(65_537)]
    public void A_file_that_another_program_reads_can_be_copied(int length)
    {
        using var reader = new FileStream(Original(new byte[length]), FileMode.Open, FileAccess.Read, FileShare.Read);

        Assert.Equal(length, _copy.Make(reader.Name, _folder["copy"], flush: false).Size);
    }

    private string Original(byte[] bytes)
    {
        File.WriteAllBytes(_folder["old"], bytes);
        return _folder["old"];
    }
}
