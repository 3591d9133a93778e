using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>Copies files into the store and out of it, and says which bytes the copy has.</summary>
/// <param name="newFile">Names a file that is not there yet.</param>
internal sealed class BlobCopy(Func<string> newFile)
{
    /// <summary>Bytes up to which a file is read and written rather than cloned: that asks the system for half as much.</summary>
    private const int Few = 1 << 16;

    private readonly Lazy<UnixFileMode> _modeOfNewFiles = new(() => ModeOf(newFile()));

    /// <summary>
    /// Copies a file, and hashes the copy. Of a larger one .NET asks the file system for a clone first, which shares its blocks with the original until one of
    /// them is written (btrfs, XFS, bcachefs). The copy is a new file: it takes neither permissions nor times from the original.
    /// </summary>
    public Blob Make(string source, string target, bool flush) => TryReadFew(source) is { } bytes ? Write(bytes, target, flush) : Clone(source, target, flush);

    private static byte[]? TryReadFew(string source)
    {
        using var file = File.OpenHandle(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (RandomAccess.GetLength(file) is not (var length and <= Few))
            return null;
        var bytes = new byte[length + 1];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is var count and > 0)
            read += count;
        // What grows meanwhile is nothing to be remembered.
        return read < bytes.Length ? bytes[..read] : null;
    }

    private static Blob Write(byte[] bytes, string target, bool flush)
    {
        using var file = File.OpenHandle(target, FileMode.Create, FileAccess.Write, FileShare.None);
        RandomAccess.Write(file, bytes, 0);
        if (flush)
            DiskFlush.Wait(file, target);
        return new Blob(ContentHash.Of(bytes), bytes.Length);
    }

    private Blob Clone(string source, string target, bool flush)
    {
        CopiedFile.Make(source, target, overwrite: true);
        if (OperatingSystem.IsWindows())
            File.SetAttributes(target, FileAttributes.Normal);
        else
            File.SetUnixFileMode(target, _modeOfNewFiles.Value);
        File.SetLastWriteTimeUtc(target, DateTime.UtcNow);
        using var copy = new FileStream(target, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0);
        if (flush)
            DiskFlush.Wait(copy.SafeFileHandle, target);
        return new Blob(ContentHash.Of(copy), copy.Length);
    }

    /// <summary>What the process's mask leaves of the permissions of a new file, which goes again.</summary>
    private static UnixFileMode ModeOf(string file)
    {
        using (new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose))
            return OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(file);
    }
}
