using System.Security.Cryptography;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// AUTOMATIC1111's former hash of a model file, before it took SHA-256 of the whole: the first eight digits of that of 64 KiB
/// at 1 MiB, of fewer where the file ends before.
/// </summary>
public static class LegacyHash
{
    private const long Start = 0x100000;
    private const int Length = 0x10000;
    private const int Digits = 8;

    /// <summary>The hash of a file as it lies on the disk.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        stream.Position = Start;
        var window = new byte[Length];
        return HashOf(window.AsSpan(0, stream.ReadAtLeast(window, Length, throwOnEndOfStream: false)));
    }

    /// <summary>The hash of a file that is written into the stream given and kept nowhere.</summary>
    /// <param name="write">Writes it.</param>
    public static string OfWritten(Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var window = new ByteWindow(Start, Length);
        write(window);
        return HashOf(window.Kept);
    }

    private static string HashOf(ReadOnlySpan<byte> window) => Convert.ToHexStringLower(SHA256.HashData(window))[..Digits];
}
