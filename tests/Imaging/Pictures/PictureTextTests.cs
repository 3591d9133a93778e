using FsCheck;
using FsCheck.Fluent;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Tests.Pictures;

public sealed class PictureTextTests
{
    private const string Infotext = "sail_kun, 海 (beach:1.2) <lora:x:0.8>\nNegative prompt: é\nSteps: 20, Seed: 1";

    public static TheoryData<PictureFormat> Formats => [PictureFormat.Png, PictureFormat.Jpeg, PictureFormat.Webp];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_picture_and_its_text_are_read_as_they_were_written(PictureFormat format)
    {
        var picture = TestPictures.Flat(33, 17, 200, 100, 50);
        foreach (var text in new[] { Infotext, "plain", "odd" })
        {
            var file = picture.Encode(format, text);
            Assert.Equal(text, PictureText.Read(file));
            var read = Picture.Decode(file, "x");
            Assert.Equal((33, 17), (read.Width, read.Height));
            Assert.InRange(read.At(20, 10).Red, 196, 204); // lossy, and one colour
        }

        Assert.Null(PictureText.Read(picture.Encode(format, null)));
        Assert.Equal(picture.Encode(format, Infotext), picture.Encode(format, Infotext));
    }

    [Theory]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.Webp)]
    public void A_picture_with_transparency_is_no_JPEG_and_no_WebP(PictureFormat format) => Assert.Throws<ArgumentException>(() => new Picture(8, 8).Encode(format, null));

    [Fact]
    public void A_text_too_long_for_a_JPEG_file_is_refused()
    {
        var picture = TestPictures.Flat(8, 8, 1, 2, 3);
        var longest = new string('x', PictureText.MaxJpegLetters);
        Assert.Equal(longest, PictureText.Read(picture.Encode(PictureFormat.Jpeg, longest)));
        Assert.Throws<ArgumentException>(() => picture.Encode(PictureFormat.Jpeg, longest + "x"));
        Assert.Equal(longest + "x", PictureText.Read(picture.Encode(PictureFormat.Webp, longest + "x")));
    }

    /// <summary>Both byte orders, as cameras and Pillow write little endian, and the code for plain ASCII.</summary>
    [Fact]
    public void Comments_of_other_programs_are_read()
    {
        byte[] little =
        [
            .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x69, 0x87, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0,
            1, 0, 0x86, 0x92, 7, 0, 12, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, .. "UNICODE\0"u8,
        ];
        Assert.Equal("ab", ExifComment.Read([.. little, (byte)'a', 0, (byte)'b', 0]));
        Assert.Equal("ab", ExifComment.Read([.. little, 0, (byte)'a', 0, (byte)'b']));
        Assert.Equal("abcd", ExifComment.Read([.. little.AsSpan(0, 44), .. "ASCII\0\0\0abcd"u8]));
    }

    [Fact]
    public void Damaged_files_give_no_text_and_do_no_harm()
    {
        var picture = TestPictures.Flat(9, 9, 1, 2, 3);
        byte[][] files = [picture.Encode(PictureFormat.Jpeg, Infotext), picture.Encode(PictureFormat.Webp, Infotext)];
        Prop.ForAll((from file in Gen.Elements(files) from at in Gen.Choose(0, 300) from value in Gen.Choose(0, 255) from length in Gen.Choose(0, file.Length) select (file, at, value, length)).ToArbitrary(), given =>
        {
            var (file, at, value, length) = given;
            byte[] damaged = [.. file];
            damaged[at % file.Length] = (byte)value;
            _ = PictureText.Read(damaged);
            _ = PictureText.Read(damaged.AsSpan(0, length));
        }).QuickCheckThrowOnFailure();
    }
}
