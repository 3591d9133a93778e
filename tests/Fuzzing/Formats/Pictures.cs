using System.Buffers.Binary;
using System.IO.Hashing;
using Slipway.Imaging.Pictures;

namespace Slipway.Fuzzing.Formats;

/// <summary>Pictures: their headers, their pixels, and the text in them.</summary>
internal static class Pictures
{
    private const long LargestDecoded = 1 << 20;

    public static IEnumerable<Format> Formats { get; } = new[] { "png", "jpeg", "webp" }.Select(name => new Format(name, input => Read(input, $"picture.{name}")));

    private static void Read(byte[] input, string name)
    {
        if (name.EndsWith(".png", StringComparison.Ordinal))
            Seal(input);
        var text = PictureText.Read(input);
        if (text?.Contains('\0', StringComparison.Ordinal) == true)
            throw new ContradictionException("The text in a picture holds a letter of 0.");
        var header = PictureHeader.Read(ScratchFile.Write(name, input));
        // The decoder itself is not instrumented: its time would be for nothing.
        if ((long)header.Width * header.Height > LargestDecoded)
            return;
        var picture = Picture.Decode(input, name);
        if ((picture.Width, picture.Height) != (header.Width, header.Height))
            throw new ContradictionException($"The header says {header.Width}×{header.Height}, the picture is {picture.Width}×{picture.Height}.");
    }

    // No mutation hits a checksum, and behind a wrong one nothing is read.
    private static void Seal(Span<byte> png)
    {
        var at = 8;
        while (at + 12 <= png.Length && BinaryPrimitives.ReadUInt32BigEndian(png[at..]) is var length && length <= png.Length - at - 12)
        {
            var chunk = png.Slice(at + 4, (int)length + 4);
            BinaryPrimitives.WriteUInt32BigEndian(png[(at + 8 + (int)length)..], Crc32.HashToUInt32(chunk));
            at += 12 + (int)length;
        }
    }
}
