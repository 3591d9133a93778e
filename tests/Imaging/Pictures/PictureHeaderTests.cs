using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Tests.Pictures;

public sealed class PictureHeaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("slipway-header-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Says_sizes_and_whether_there_may_be_alpha()
    {
        var path = Path.Combine(_folder, "a.png");
        new Picture(5, 3).SavePng(path);
        Assert.Equal(new PictureHeader(5, 3, true), PictureHeader.Read(path));
    }

    [Fact]
    public void What_is_no_picture_is_refused_and_named()
    {
        var path = Path.Combine(_folder, "b.png");
        Assert.Contains("b.png' does not exist", Assert.Throws<FileNotFoundException>(() => PictureHeader.Read(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "no picture");
        Assert.Contains("b.png' is not a readable PNG, JPEG or WebP file (10 bytes)", Assert.Throws<InvalidDataException>(() => PictureHeader.Read(path)).Message, StringComparison.Ordinal);
    }
}
