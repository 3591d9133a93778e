using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Slipway.Imaging.Pictures;

/// <summary>
/// What the frame of a picture file says, whatever is in it: JPEG's segments (ITU-T T.81, annex B), PNG's chunks (third edition, 5), WebP's RIFF, the
/// last byte of GIF (89a, 27), the length that BMP names. No pixel is decoded, and of a large file only a little is read.
/// </summary>
/// <param name="Orientation">How a viewer turns it (Exif 2.32, tag 0x0112), 1 to 8; 1: as it is.</param>
/// <param name="HasProfile">Whether an ICC profile is embedded.</param>
/// <param name="IsCutOff">Whether its end is missing.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PictureContainer(int Orientation, bool HasProfile, bool IsCutOff)
{
    private const int Upright = 1;

    /// <summary>Whether the mark of its end is missing that some writers leave out: only the pixels tell whether some of them are missing too.</summary>
    public bool LacksEndMark { get; init; }

    /// <summary>Pictures in it as an animated PNG says (third edition, 11.3.6).</summary>
    public long Frames { get; init; } = 1;

    private const int MostMetadata = 1 << 20;
    private const int TailLength = 1 << 16;
    private const int GifTrailer = 0x3B;

    /// <summary>Reads the frame.</summary>
    /// <param name="file">From anywhere: nothing in it is believed. Its place afterwards is anywhere.</param>
    public static PictureContainer Read(Stream file)
    {
        Span<byte> start = stackalloc byte[12];
        file.Position = 0;
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        start = start[..read];
        if (read == 12 && start[0] == 0x89 && start[1..].StartsWith("PNG"u8))
            return Png(file);
        if (read == 12 && start[0] == 0xFF && start[1] == 0xD8)
            return Jpeg(file);
        if (read == 12 && start.StartsWith("RIFF"u8) && start[8..].StartsWith("WEBP"u8))
            return Webp(file, BinaryPrimitives.ReadUInt32LittleEndian(start[4..]));
        var isShort = start.StartsWith("GIF8"u8) ? LastByte(file) != GifTrailer : read == 12 && start.StartsWith("BM"u8) && BinaryPrimitives.ReadUInt32LittleEndian(start[2..]) > file.Length;
        return new(Upright, false, IsCutOff: false) { LacksEndMark = isShort };
    }

    private static PictureContainer Png(Stream file)
    {
        var (orientation, hasProfile, frames) = (Upright, false, 1L);
        Span<byte> head = stackalloc byte[8];
        for (long at = 8; At(file, at, head);)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (at + 12 + length > file.Length)
                return new(orientation, hasProfile, IsCutOff: true);
            if (head[4..].SequenceEqual("IEND"u8))
                return new(orientation, hasProfile, IsCutOff: false) { Frames = frames };
            hasProfile |= head[4..].SequenceEqual("iCCP"u8);
            if (head[4..].SequenceEqual("acTL"u8) && Content(file, Math.Min(length, 4)) is { Length: 4 } count)
                frames = BinaryPrimitives.ReadUInt32BigEndian(count);
            if (head[4..].SequenceEqual("eXIf"u8))
                orientation = Exif.Orientation(Content(file, length)) ?? orientation;
            at += 12L + length;
        }

        return new(orientation, hasProfile, IsCutOff: true);
    }

    private static PictureContainer Jpeg(Stream file)
    {
        var (orientation, hasProfile) = (Upright, false);
        Span<byte> head = stackalloc byte[4];
        for (long at = 2; At(file, at, head);)
        {
            // Bytes of 0xFF may fill the space before a marker.
            if (head[0] == 0xFF && head[1] == 0xFF)
            {
                at++;
                continue;
            }

            if (head[0] != 0xFF || head[1] == 0xD9)
                break;
            var length = BinaryPrimitives.ReadUInt16BigEndian(head[2..]);
            if (head[1] == 0xDA)
                return new(orientation, hasProfile, !HasEnd(file, at));
            if (head[1] is 0xE1 && Content(file, length - 2L) is var exif && exif.AsSpan().StartsWith("Exif\0\0"u8))
                orientation = orientation == Upright ? Exif.Orientation(exif) ?? orientation : orientation;
            hasProfile |= head[1] == 0xE2 && Content(file, Math.Min(length - 2L, 12)).AsSpan().StartsWith("ICC_PROFILE\0"u8);
            at += 2 + length;
        }

        return new(orientation, hasProfile, IsCutOff: false);
    }

    private static PictureContainer Webp(Stream file, uint size)
    {
        var (orientation, hasProfile) = (Upright, false);
        Span<byte> head = stackalloc byte[8];
        for (long at = 12; At(file, at, head);)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            hasProfile |= head.StartsWith("ICCP"u8);
            if (head.StartsWith("EXIF"u8))
                orientation = Exif.Orientation(Content(file, length)) ?? orientation;
            // In 32 bits a length near their end would lead back to where it stands.
            at += 8L + length + (length % 2);
        }

        return new(orientation, hasProfile, size + 8L > file.Length);
    }

    /// <summary>Whether the end marker follows the first scan. In scans themselves it cannot stand: there 0xFF has a 0 behind it.</summary>
    private static bool HasEnd(Stream file, long scan)
    {
        var tail = Math.Max(scan, file.Length - TailLength);
        if (Contains(file, tail, file.Length))
            return true;
        return tail > scan && Contains(file, scan, tail + 1);
    }

    private static bool Contains(Stream file, long from, long to)
    {
        var part = new byte[TailLength];
        for (var at = from; at + 1 < to; at += part.Length - 1)
        {
            file.Position = at;
            var read = file.ReadAtLeast(part.AsSpan(0, (int)Math.Min(part.Length, to - at)), (int)Math.Min(part.Length, to - at), throwOnEndOfStream: false);
            if (part.AsSpan(0, read).IndexOf(EndMarker) >= 0)
                return true;
        }

        return false;
    }

    private static int LastByte(Stream file)
    {
        file.Position = Math.Max(0, file.Length - 1);
        return file.ReadByte();
    }

    private static ReadOnlySpan<byte> EndMarker => [0xFF, 0xD9];

    private static bool At(Stream file, long at, Span<byte> head)
    {
        if (at < 0 || at > file.Length - head.Length)
            return false;
        file.Position = at;
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length;
    }

    // What is longer than any EXIF data or name is not looked at.
    private static byte[] Content(Stream file, long length)
    {
        if (length is < 0 or > MostMetadata || length > file.Length - file.Position)
            return [];
        var content = new byte[length];
        return file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) == content.Length ? content : [];
    }
}
