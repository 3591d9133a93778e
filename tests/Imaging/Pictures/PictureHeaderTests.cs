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

    /// <summary>Added up in 32 bits such a length leads back to the chunk itself, for ever.</summary>
    [Theory]
    [InlineData(0xFFFFFFF8)]
    [InlineData(0xFFFFFFF7)]
    [InlineData(0xFFFFFFF0)]
    public void A_chunk_of_WebP_whose_length_is_near_the_end_of_32_bits_is_the_last(uint length)
    {
        byte[] chunk = [.. "JUNK"u8, .. BitConverter.GetBytes(length)];
        var path = Path.Combine(_folder, "a.webp");
        File.WriteAllBytes(path, [.. "RIFF"u8, .. BitConverter.GetBytes(100u), .. "WEBP"u8, .. chunk, .. new byte[80]]);

        Assert.Throws<InvalidDataException>(() => PictureHeader.Read(path));
    }
}
