using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using SkiaSharp;
using Slipway.Imaging.Pictures;
using Slipway.Testing;

namespace Slipway.Imaging.Tests.Pictures;

/// <summary>Pictures as phones, browsers and editors write them.</summary>
public sealed class PictureFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("slipway-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Each corner has a colour of its own; wider than high.</summary>
    private static readonly Picture Upright = TestPictures.Of(48, 32, (x, y) => (x < 24 ? 230 : 20, y < 16 ? 230 : 20, x < 24 == y < 16 ? 20 : 230, 255));

    private static byte[] FileOf(string name) => File.ReadAllBytes(Path.Combine(Repository.Root, "tests/Imaging/Pictures/files", name));

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, "a");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public static TheoryData<SKEncodedImageFormat, int, bool> Turns =>
    [
        .. from format in (SKEncodedImageFormat[])[SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp, SKEncodedImageFormat.Png]
           from orientation in Enumerable.Range(1, 8)
           from isLittle in (bool[])[true, false]
           select new TheoryDataRow<SKEncodedImageFormat, int, bool>(format, orientation, isLittle),
    ];

    // As cameras see it: what a viewer shows upright lies turned in the file.
    [Theory]
    [MemberData(nameof(Turns))]
    public void Are_turned_as_their_EXIF_data_says(SKEncodedImageFormat format, int orientation, bool isLittle)
    {
        int[] backwards = [0, 1, 2, 3, 4, 5, 8, 7, 6];
        var stored = Upright.Turned(backwards[orientation]);
        var bytes = WithExif(Encoded(stored, format), format, Orientation(orientation, isLittle), stored);

        var read = Picture.Decode(bytes, "a");
        var header = PictureHeader.Read(Write(bytes));

        Assert.Equal((48, 32, 48, 32), (read.Width, read.Height, header.Width, header.Height));
        foreach (var (x, y) in ((int, int)[])[(4, 4), (43, 4), (4, 27), (43, 27), (20, 12), (27, 19)])
        {
            var (there, here) = (Upright.At(x, y), read.At(x, y));
            Assert.True(Math.Abs(there.Red - here.Red) + Math.Abs(there.Green - here.Green) + Math.Abs(there.Blue - here.Blue) < 40, $"({x}, {y}): {there} and {here}");
        }
    }

    // Independent of how the code turns: the first row of the file of orientation 6 is the right column of the picture (Exif 2.32, 4.6.4).
    [Fact]
    public void With_the_first_row_on_the_right_are_turned_clockwise()
    {
        var stored = TestPictures.Of(3, 2, (x, y) => (x * 100, y * 100, 0, 255));
        var turned = stored.Turned(6);
        Assert.Equal((2, 3), (turned.Width, turned.Height));
        Assert.Equal([stored.At(0, 0), stored.At(1, 0), stored.At(2, 0)], [turned.At(1, 0), turned.At(1, 1), turned.At(1, 2)]);
        Assert.Equal([stored.At(2, 0), stored.At(1, 0)], ((byte, byte, byte, byte)[])[stored.Turned(8).At(0, 0), stored.Turned(8).At(0, 1)]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(65535)]
    public void With_an_orientation_that_is_none_stay_as_they_are(int orientation) =>
        Assert.Equal(48, Picture.Decode(WithExif(Encoded(Upright, SKEncodedImageFormat.Jpeg), SKEncodedImageFormat.Jpeg, Orientation(orientation, false), Upright), "a").Width);

    public static TheoryData<string, byte[]> Whole => new()
    {
        { "progressive.jpg", FileOf("progressive.jpg") },
        { "baseline.jpg", Encoded(TestPictures.Colorful(80, 60), SKEncodedImageFormat.Jpeg) },
        { "lossy.webp", Encoded(TestPictures.Colorful(80, 60), SKEncodedImageFormat.Webp) },
        { "a.png", TestPictures.Colorful(80, 60).EncodePng() },
        { "plain.gif", FileOf("plain.gif") },
        { "plain.bmp", Bitmap(TestPictures.Colorful(60, 40)) },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void That_are_cut_off_are_refused_whatever_their_coding(string name, byte[] whole)
    {
        Assert.True(Picture.Decode(whole, name).Width > 0);
        foreach (var share in (double[])[0.25, 0.5, 0.75, 0.9])
        {
            var exception = Assert.Throws<InvalidDataException>(() => Picture.Decode(whole[..(int)(whole.Length * share)], name));
            Assert.Contains($"'{name}'", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', exception.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void That_are_cut_off_are_refused_by_their_header_too(string name, byte[] whole)
    {
        Assert.True(PictureHeader.Read(Write(whole)).Width > 0, name);
        Assert.Contains("is damaged or cut off", Assert.Throws<InvalidDataException>(() => PictureHeader.Read(Write(whole[..(whole.Length * 3 / 4)]))).Message, StringComparison.Ordinal);
    }

    // Some writers leave it out, and every pixel is there.
    [Fact]
    public void Without_the_mark_of_a_GIF_file_s_end_are_whole()
    {
        var whole = FileOf("plain.gif");
        Assert.Equal(Picture.Decode(whole, "a").Pixels, Picture.Decode(whole[..^1], "b").Pixels);
        Assert.True(PictureHeader.Read(Write(whole[..^1])).Width > 0);
    }

    [Fact]
    public void That_are_animated_PNG_files_say_how_many_frames_they_have()
    {
        var still = TestPictures.Colorful(8, 8).EncodePng();
        byte[] control = [.. "acTL"u8, 0, 0, 0, 3, 0, 0, 0, 0];
        var sum = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(sum, System.IO.Hashing.Crc32.HashToUInt32(control));
        // Behind the signature and IHDR.
        byte[] animated = [.. still[..33], 0, 0, 0, 8, .. control, .. sum, .. still[33..]];
        Assert.Equal((1, 3), (PictureHeader.Read(Write(still)).Frames, PictureHeader.Read(Write(animated)).Frames));
    }

    // A picture of a burst, or a film behind it: phones write such.
    [Fact]
    public void With_something_behind_their_end_are_whole() =>
        Assert.Equal(Picture.Decode(FileOf("progressive.jpg"), "a").Pixels, Picture.Decode([.. FileOf("progressive.jpg"), .. new byte[100_000]], "b").Pixels);

    [Fact]
    public void With_a_colour_profile_are_brought_to_sRGB_and_without_it_where_it_is_to_be_ignored()
    {
        var red = Picture.Decode(FileOf("adobergb.png"), "a").At(100, 120);
        Assert.InRange(Math.Abs(red.Red - 208) + Math.Abs(red.Green - 32) + Math.Abs(red.Blue - 32), 0, 6);
        Assert.True(PictureHeader.Read(Write(FileOf("adobergb.png"))).HasOtherProfile);
        var raw = Picture.Decode(FileOf("adobergb.png"), "a", ColorProfiles.Ignore).At(100, 120);
        Assert.True(Math.Abs(raw.Red - 208) > 10, $"{raw}");
    }

    [Fact]
    public void That_are_animations_are_refused_by_their_header() =>
        Assert.Contains("is an animation of", Assert.Throws<InvalidDataException>(() => PictureHeader.Read(Write(FileOf("anim.webp")))).Message, StringComparison.Ordinal);

    [Fact]
    public void Too_large_are_refused_by_their_header()
    {
        var png = TestPictures.Flat(1, 1, 1, 2, 3).EncodePng();
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 20_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32.HashToUInt32(png.AsSpan(12, 17)));
        Assert.Contains("20000×1", Assert.Throws<InvalidDataException>(() => PictureHeader.Read(Write(png))).Message, StringComparison.Ordinal);
    }

    private static byte[] Encoded(Picture picture, SKEncodedImageFormat format)
    {
        using var bitmap = picture.ToBitmap();
        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>EXIF data with nothing but an orientation.</summary>
    private static byte[] Orientation(int value, bool isLittle)
    {
        var exif = new byte[26];
        (isLittle ? "II*\0"u8 : "MM\0*"u8).CopyTo(exif);
        void Short(int at, int number)
        {
            if (isLittle)
                BinaryPrimitives.WriteUInt16LittleEndian(exif.AsSpan(at), (ushort)number);
            else
                BinaryPrimitives.WriteUInt16BigEndian(exif.AsSpan(at), (ushort)number);
        }

        Short(isLittle ? 4 : 6, 8);
        Short(8, 1);
        Short(10, 0x0112);
        Short(12, 3);
        Short(isLittle ? 14 : 16, 1);
        Short(18, value);
        return exif;
    }

    private static byte[] WithExif(byte[] file, SKEncodedImageFormat format, byte[] exif, Picture picture)
    {
        if (format == SKEncodedImageFormat.Jpeg)
            return [.. file[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 8), .. "Exif\0\0"u8, .. exif, .. file[2..]];
        if (format == SKEncodedImageFormat.Png)
        {
            byte[] typed = [.. "eXIf"u8, .. exif];
            var (length, sum) = (new byte[4], new byte[4]);
            BinaryPrimitives.WriteInt32BigEndian(length, exif.Length);
            BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32.HashToUInt32(typed));
            return [.. file[..^12], .. length, .. typed, .. sum, .. file[^12..]];
        }

        byte[] header = [8, 0, 0, 0, (byte)(picture.Width - 1), 0, 0, (byte)(picture.Height - 1), 0, 0];
        byte[] body = [.. "WEBP"u8, .. Chunk("VP8X", header), .. file[12..], .. Chunk("EXIF", exif)];
        return Chunk("RIFF", body);

        static byte[] Chunk(string name, byte[] data)
        {
            var size = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(size, data.Length);
            return [.. Encoding.ASCII.GetBytes(name), .. size, .. data, .. new byte[data.Length % 2]];
        }
    }

    /// <summary>A file of 24 bits a pixel, rows from the bottom, of a width whose rows need no filling.</summary>
    private static byte[] Bitmap(Picture picture)
    {
        var file = new byte[54 + (picture.Width * picture.Height * 3)];
        "BM"u8.CopyTo(file);
        foreach (var (at, value) in ((int, int)[])[(2, file.Length), (10, 54), (14, 40), (18, picture.Width), (22, picture.Height), (26, 1 | (24 << 16)), (34, file.Length - 54)])
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        for (var i = 0; i < picture.Width * picture.Height; i++)
        {
            var (y, x) = Math.DivRem(i, picture.Width);
            var at = 54 + ((((picture.Height - 1 - y) * picture.Width) + x) * 3);
            (file[at], file[at + 1], file[at + 2]) = (picture.Pixels[(i * 4) + 2], picture.Pixels[(i * 4) + 1], picture.Pixels[i * 4]);
        }

        return file;
    }
}
