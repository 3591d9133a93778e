using System.Security.Cryptography;
using System.Text;

namespace Slipway.Engine.Files;

/// <summary>
/// A file that Slipway wrote for itself and reads again. Its first line names what it is, whose it is and the SHA-256 of
/// what follows: <c>slipway.action 3f6a… 9b1c…</c>. So any change of any byte, a file that was cut off, and a whole one
/// that lies under another's name are noticed; who reads it makes it again.
/// </summary>
internal sealed class CheckedFile
{
    private const int HashLength = 2 * SHA256.HashSizeInBytes;
    private readonly string _root;
    private readonly string _path;
    private readonly byte[] _label;
    private readonly int _start;

    /// <param name="root">The cache's folder: what is in the way there is put aside.</param>
    /// <param name="path">The file.</param>
    /// <param name="kind">What sort of file it is, and the version of its format: another kind's is damage.</param>
    /// <param name="name">Whose it is, such as its key; without spaces.</param>
    public CheckedFile(string root, string path, string kind, string name)
    {
        (_root, _path) = (root, path);
        _label = Encoding.UTF8.GetBytes($"slipway.{kind} {name} ");
        _start = _label.Length + HashLength + 1;
    }

    /// <summary>Writes the file whole or not at all, whatever lies there.</summary>
    public void Write(ReadOnlySpan<byte> content) => Write(content, flush: true);

    /// <summary>The same without waiting for the disk: after a power cut the file may be damaged, which is noticed.</summary>
    public void WriteUnflushed(ReadOnlySpan<byte> content) => Write(content, flush: false);

    /// <summary>Reads the content.</summary>
    /// <param name="flaw">What is wrong with the file, such as <c>is cut off</c>; null when it is sound, and when there is none.</param>
    /// <returns>Null when there is no such file, it is damaged, or the system does not give it.</returns>
    public ReadOnlyMemory<byte>? TryRead(out Flaw? flaw)
    {
        flaw = null;
        try
        {
            var type = FileStatus.TypeAt(_path);
            if (type == FileType.Missing)
                return null;
            if (type == FileType.File)
                return TryUnseal(StaleHandle.Retry(() => File.ReadAllBytes(_path)), out flaw);
            flaw = new Flaw(type == FileType.Link ? "is a link" : FileStatus.Describe(type));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another process has removed it.
        }
        catch (Exception e) when (Flaw.IsUnreadable(e))
        {
            flaw = Flaw.Unreadable(e);
        }

        return null;
    }

    /// <summary>The bytes that the file has, or would have, with this content.</summary>
    public byte[] Seal(ReadOnlySpan<byte> content)
    {
        var bytes = new byte[_start + content.Length];
        _label.CopyTo(bytes, 0);
        Digits(content).CopyTo(bytes, _label.Length);
        content.CopyTo(bytes.AsSpan(_start));
        return bytes;
    }

    /// <summary>The content of such bytes, wherever they come from.</summary>
    /// <inheritdoc cref="TryRead"/>
    public ReadOnlyMemory<byte>? TryUnseal(ReadOnlyMemory<byte> bytes, out Flaw? flaw)
    {
        flaw = Check(bytes.Span) is { } damage ? new Flaw(damage) : null;
        return flaw is null ? bytes[_start..] : default(ReadOnlyMemory<byte>?);
    }

    /// <summary>Removes the file if it is damaged; one that the system does not give stays.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public Flaw? RemoveDamaged()
    {
        TryRead(out var flaw);
        if (flaw is { IsDamage: true })
            Remove();
        return flaw;
    }

    /// <summary>Removes the file, or whatever lies there.</summary>
    public void Remove() => Obstacle.SetAside(_root, _path);

    private string? Check(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
            return "is empty";
        if (!bytes.StartsWith(_label))
            return _label.AsSpan().StartsWith(bytes) ? "is cut off" : "is not what belongs there";
        if (bytes.Length < _start)
            return "is cut off";
        return bytes[_label.Length.._start].SequenceEqual(Digits(bytes[_start..])) ? null : "has other bytes than were written";
    }

    private void Write(ReadOnlySpan<byte> content, bool flush)
    {
        var bytes = Seal(content);
        Obstacle.Overcome(_root, _path, () => AtomicFile.Write(_path, bytes, flush));
    }

    /// <summary>The hash's 64 lower-case digits and the end of the line.</summary>
    private static byte[] Digits(ReadOnlySpan<byte> content) =>
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(content)) + "\n");
}
