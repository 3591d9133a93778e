using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Tests.Pictures;

public sealed class PngTextTests
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["parameters"] = "a boat, sea\nNegative prompt: \nSteps: 20, Seed: 1",
        ["author"] = "Zoë ±",
        ["title"] = "帆くん ⛵",
        ["empty"] = "",
    };

    private static IEnumerable<string> Chunks(byte[] png)
    {
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            Assert.Equal(Crc32.HashToUInt32(png.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            yield return Encoding.ASCII.GetString(png, at + 4, 4);
            at += 12 + length;
        }
    }

    [Fact]
    public void Comes_back_as_it_went() => Assert.Equal(Texts, PngText.Read(TestPictures.Colorful(4, 4).EncodePng(Texts)).ToDictionary());

    [Fact]
    public void Leaves_the_picture_alone()
        => Assert.Equal(TestPictures.Colorful(4, 4).Pixels, Picture.Decode(TestPictures.Colorful(4, 4).EncodePng(Texts), "texts").Pixels);

    [Fact]
    public void Follows_the_header_in_the_order_of_keywords_as_Latin_1_where_that_will_do()
        => Assert.Equal(
            ["IHDR", "tEXt", "tEXt", "tEXt", "iTXt"],
            Chunks(TestPictures.Colorful(4, 4).EncodePng(Texts)).Take(5));

    [Fact]
    public void Does_not_depend_on_the_order_in_which_texts_were_added()
        => Assert.Equal(
            TestPictures.Colorful(4, 4).EncodePng(Texts),
            TestPictures.Colorful(4, 4).EncodePng(Texts.Reverse().ToDictionary()));

    [Fact]
    public void A_picture_without_texts_has_none() => Assert.Empty(PngText.Read(TestPictures.Colorful(4, 4).EncodePng()));

    [Fact]
    public void A_chunk_that_runs_past_the_end_is_an_error()
    {
        var png = TestPictures.Colorful(4, 4).EncodePng(Texts);
        var exception = Assert.Throws<InvalidDataException>(() => PngText.Read(png.AsSpan(0, 50)));
        Assert.Contains("past the end", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zTXt", "a boat ±")]
    [InlineData("iTXt", "a boat ⛵")]
    public void A_compressed_text_is_read(string type, string text)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Compress, leaveOpen: true))
            zlib.Write(type == "zTXt" ? Encoding.Latin1.GetBytes(text) : Encoding.UTF8.GetBytes(text));
        byte[] before = type == "zTXt" ? [0] : [1, 0, .. "en\0parameters\0"u8];

        Assert.Equal(text, PngText.Read(With(type, [.. before, .. packed.ToArray()]))["parameters"]);
        Assert.Empty(PngText.Read(With(type, [.. before, 1, 2, 3, 4])));
        // A stream that is read with a dictionary, of which it says the checksum (RFC 1950, FDICT).
        Assert.Empty(PngText.Read(With(type, [.. before, 0x78, 0x20, 1, 2, 3, 4])));
    }

    [Fact]
    public void A_text_that_grows_without_end_is_none()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Compress, leaveOpen: true))
            zlib.Write(Enumerable.Repeat((byte)'a', 1 << 20).ToArray());

        Assert.Empty(PngText.Read(With("zTXt", [0, .. packed.ToArray()])));
    }

    [Fact]
    public void A_chunk_with_a_wrong_checksum_or_a_byte_of_0_holds_no_text()
    {
        var damaged = With("tEXt", "a boat"u8.ToArray());
        damaged[^1] ^= 1;

        Assert.Empty(PngText.Read(damaged));
        Assert.Empty(PngText.Read(With("tEXt", "a\0boat"u8.ToArray())));
        Assert.Single(PngText.Read(With("tEXt", "a boat"u8.ToArray())));
    }

    /// <summary>A signature and one chunk, of the keyword <c>parameters</c>.</summary>
    private static byte[] With(string type, byte[] data)
    {
        byte[] chunk = [.. Encoding.ASCII.GetBytes(type), .. "parameters\0"u8, .. data];
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, chunk.Length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(chunk));
        return [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. length, .. chunk, .. checksum];
    }
}
