using System.Buffers.Binary;
using System.IO.Hashing;
using SkiaSharp;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Tests.Pictures;

public sealed class PictureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("slipway-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static void IsOneLineAbout(string path, string what, Exception exception)
    {
        Assert.DoesNotContain('\n', exception.Message);
        Assert.Contains($"'{path}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains(what, exception.Message, StringComparison.Ordinal);
    }

    private string Bad(string name, byte[] bytes, string what)
    {
        var path = Write(name, bytes);
        var exception = Assert.Throws<InvalidDataException>(() => Picture.Load(path));
        IsOneLineAbout(path, what, exception);
        return exception.Message;
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var path = Path.Combine(_folder, "none.png");
        IsOneLineAbout(path, "does not exist", Assert.Throws<FileNotFoundException>(() => Picture.Load(path)));
    }

    [Fact]
    public void A_folder_is_no_picture()
        => IsOneLineAbout(_folder, "does not exist", Assert.Throws<FileNotFoundException>(() => Picture.Load(_folder)));

    [Fact]
    public void An_empty_file_is_called_empty() => Bad("empty.png", [], "is empty (0 bytes)");

    [Fact]
    public void Something_else_is_called_no_picture()
        => Bad("notes.png", "These are notes and not a picture."u8.ToArray(), "not a readable PNG, JPEG or WebP");

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void A_file_cut_off_in_the_middle_is_called_so(SKEncodedImageFormat format)
    {
        using var bitmap = TestPictures.Colorful(80, 60).ToBitmap();
        using var data = bitmap.Encode(format, 90);
        var whole = data.ToArray();
        Assert.Equal(80, Picture.Decode(whole, "whole").Width);
        Bad($"cut.{format}", whole[..(whole.Length / 2)], "damaged or cut off");
    }

    [Fact]
    public void A_file_cut_off_in_its_header_is_called_no_picture()
        => Bad("cut.png", TestPictures.Colorful(8, 8).EncodePng()[..20], "not a readable PNG, JPEG or WebP");

    [Fact]
    public void A_damaged_middle_is_noticed()
    {
        var bytes = TestPictures.Colorful(80, 60).EncodePng();
        bytes.AsSpan(bytes.Length / 2, 40).Fill(0xA5);
        Bad("damaged.png", bytes, "damaged or cut off");
    }

    [Theory]
    [InlineData(16_385, 1)]
    [InlineData(1, 16_385)]
    [InlineData(16_000, 16_000)]
    public void A_header_that_claims_too_much_is_refused_before_memory_is_taken(int width, int height)
        => Assert.Contains(
            $"{width}×{height}", Bad("huge.png", WithSize(TestPictures.Flat(1, 1, 1, 2, 3).EncodePng(), width, height), "16384 a side"), StringComparison.Ordinal);

    [Fact]
    public void Number_of_bytes_and_size_must_agree()
    {
        Assert.Throws<ArgumentException>(() => new Picture(2, 2, new byte[15]));
        Assert.Throws<ArgumentException>(() => new Picture(0, 2, []));
    }

    [Fact]
    public void Straight_alpha_survives_the_file_even_where_nothing_can_be_seen()
    {
        var picture = TestPictures.Of(16, 16, (x, y) => ((byte)(x * 16), (byte)(y * 16), 200, (byte)((x + y) * 8)));
        var path = Path.Combine(_folder, "a/b/c.png");
        picture.SavePng(path);
        Assert.Equal(picture.Pixels, Picture.Load(path).Pixels);
        Assert.Equal([path], Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    /// <summary>The colour type stands in the header chunk (PNG specification, 11.2.1): 2 is RGB, 6 is RGBA.</summary>
    [Theory]
    [InlineData(255, 2)]
    [InlineData(254, 6)]
    public void An_opaque_picture_becomes_an_RGB_file_and_keeps_its_pixels_and_texts(int leastAlpha, int colorType)
    {
        var picture = TestPictures.Of(16, 16, (x, y) => ((byte)(x * 16), (byte)(y * 16), 200, (byte)(x == 7 && y == 9 ? leastAlpha : 255)));
        var png = picture.EncodePng(new Dictionary<string, string> { ["parameters"] = "帆, sea" });
        Assert.Equal(colorType, png[8 + 8 + 9]);
        Assert.Equal(picture.Pixels, Picture.Decode(png, "x").Pixels);
        Assert.Equal("帆, sea", PngText.Read(png)["parameters"]);
    }

    [Fact]
    public void Saving_replaces_what_was_there()
    {
        var path = Write("old.png", [1, 2, 3]);
        TestPictures.Flat(2, 2, 9, 8, 7).SavePng(path);
        Assert.Equal((9, 8, 7, 255), Picture.Load(path).At(1, 1));
    }

    [Fact]
    public void The_same_picture_gives_the_same_bytes()
        => Assert.Equal(TestPictures.Colorful(33, 17).EncodePng(), TestPictures.Colorful(33, 17).EncodePng());

    [Fact]
    public void Flattening_mixes_by_alpha_and_leaves_nothing_hidden()
    {
        var picture = TestPictures.Of(3, 1, (x, _) => (200, 100, 0, (byte)(x switch { 0 => 0, 1 => 51, _ => 255 })));
        var flat = picture.Flatten(0, 0, 255);
        Assert.Equal((0, 0, 255, 255), flat.At(0, 0));
        Assert.Equal((40, 20, 204, 255), flat.At(1, 0));
        Assert.Equal((200, 100, 0, 255), flat.At(2, 0));
        Assert.False(flat.HasAlpha);
    }

    [Fact]
    public void Resizing_lets_no_hidden_colour_into_the_edge()
    {
        // Green can be seen on the left; what is hidden on the right is pure red.
        var picture = TestPictures.Of(64, 64, (x, _) => x < 29 ? (0, 255, 0, 255) : (255, 0, 0, 0));
        foreach (var size in (int[])[16, 24, 100])
        {
            var resized = picture.Resize(size, size);
            for (var x = 0; x < size; x++)
            {
                var (red, green, _, alpha) = resized.At(x, size / 2);
                Assert.True(alpha == 0 || (red == 0 && green >= 250), $"{size}: ({x}) is {red}, {green} at alpha {alpha}");
            }
        }
    }

    [Fact]
    public void Rgb_bytes_come_back_as_they_went()
    {
        var picture = TestPictures.Colorful(5, 3);
        Assert.Equal(picture.Pixels, Picture.FromRgb(5, 3, picture.ToRgb()).Pixels);
    }

    /// <summary>The same file, with another size in its header chunk and that chunk's checksum set right.</summary>
    private static byte[] WithSize(byte[] png, int width, int height)
    {
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32.HashToUInt32(png.AsSpan(12, 17)));
        return png;
    }
}
