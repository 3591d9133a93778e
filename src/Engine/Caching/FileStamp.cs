using System.Runtime.InteropServices;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// What the file system says about a file without reading it. Any write moves <see cref="ChangedNs"/>, which programs
/// cannot set back, so equal stamps mean equal bytes as long as the stamp is older than the clock's grain.
/// </summary>
/// <param name="Inode">Inode number; 0 where the system has none.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="ModifiedNs">mtime, nanoseconds since 1970.</param>
/// <param name="ChangedNs">ctime (creation time where there is no ctime), nanoseconds since 1970.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileStamp(ulong Inode, long Size, long ModifiedNs, long ChangedNs)
{
    /// <summary>The clock's present, nanoseconds since 1970.</summary>
    public static long NowNs => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>The stamp of the file at <paramref name="path"/>, links followed; null when there is no such file.</summary>
    /// <exception cref="IOException">The system does not say.</exception>
    public static FileStamp? Of(string path) => Of(FileStatus.Of(path));

    internal static FileStamp? Of(FileStatus status) => status.Type == FileType.File
        ? new FileStamp(status.Inode, status.Size, status.ModifiedNs, status.ChangedNs)
        : null;
}
