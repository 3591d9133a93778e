using System.Runtime.InteropServices;

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
public readonly partial record struct FileStamp(ulong Inode, long Size, long ModifiedNs, long ChangedNs)
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint BasicStats = 0x7ff;  // STATX_BASIC_STATS
    private const uint FileTypeMask = 0xf000;
    private const uint FolderType = 0x4000;

    /// <summary>The clock's present, nanoseconds since 1970.</summary>
    public static long NowNs => ToNs(DateTime.UtcNow);

    /// <summary>The stamp of the file at <paramref name="path"/>; null when there is no such file.</summary>
    public static FileStamp? Of(string path) => OperatingSystem.IsLinux() ? OfLinux(path) : OfAny(path);

    private static FileStamp? OfLinux(string path)
    {
        if (StatX(CurrentFolder, path, 0, BasicStats, out var stat) != 0 || (stat.Mode & FileTypeMask) == FolderType)
            return null;
        return new FileStamp(stat.Inode, (long)stat.Size, stat.Modified.Ns, stat.Changed.Ns);
    }

    private static FileStamp? OfAny(string path)
    {
        var file = new FileInfo(path);
        return file.Exists
            ? new FileStamp(0, file.Length, ToNs(file.LastWriteTimeUtc), ToNs(file.CreationTimeUtc))
            : null;
    }

    private static long ToNs(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out Stat stat);

    /// <summary>struct statx of linux/stat.h: the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct Stat
    {
        [FieldOffset(28)] public readonly ushort Mode;
        [FieldOffset(32)] public readonly ulong Inode;
        [FieldOffset(40)] public readonly ulong Size;
        [FieldOffset(96)] public readonly Timestamp Changed;
        [FieldOffset(112)] public readonly Timestamp Modified;
    }

    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private readonly struct Timestamp
    {
        private readonly long seconds;
        private readonly uint nanoseconds;

        public long Ns => (seconds * 1_000_000_000) + nanoseconds;
    }
}
