using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Slipway.Engine.Files;

/// <summary>What lies at a path.</summary>
internal enum FileType
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A file with bytes.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link; where links are followed, one that leads nowhere.</summary>
    Link,

    /// <summary>A named pipe, a socket or a device: reading it may never end.</summary>
    Special,
}

/// <summary>What the file system says about a path without opening it: opening a named pipe would wait for ever.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Inode">Inode number; 0 where the system has none.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="ModifiedNs">mtime, nanoseconds since 1970.</param>
/// <param name="ChangedNs">ctime (creation time where there is no ctime), nanoseconds since 1970.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly partial record struct FileStatus(FileType Type, ulong Inode, long Size, long ModifiedNs, long ChangedNs)
{
    private const int CurrentFolder = -100;     // AT_FDCWD
    private const int NoFollow = 0x100;         // AT_SYMLINK_NOFOLLOW
    private const uint TypeTimesSize = 0x0001 | 0x0040 | 0x0080 | 0x0100 | 0x0200; // STATX_TYPE, MTIME, CTIME, INO, SIZE
    private const int NoSuchEntry = 2;          // ENOENT
    private const int NotAFolder = 20;          // ENOTDIR
    private const int TooManyLinks = 40;        // ELOOP
    private const int TooLong = 36;             // ENAMETOOLONG
    private const int Attempts = 4;             // where another machine has replaced it

    /// <summary>What the path leads to, links followed.</summary>
    /// <exception cref="IOException">The system does not say, for example because a folder may not be entered.</exception>
    public static FileStatus Of(string path)
    {
        var status = OperatingSystem.IsLinux() ? OfLinux(path, flags: 0) : OfAny(path);
        return status.Type == FileType.Missing && TypeAt(path) == FileType.Link ? status with { Type = FileType.Link } : status;
    }

    /// <summary>What a path in UTF-8 leads to: of very many files, no text is made for each.</summary>
    /// <param name="path">With a zero behind it.</param>
    /// <returns>As of <see cref="Of(string)"/>; where the system does not say, as if there were nothing.</returns>
    public static FileStatus OfUtf8(ReadOnlySpan<byte> path)
    {
        if (OperatingSystem.IsLinux())
            return StatX(CurrentFolder, in MemoryMarshal.GetReference(path), flags: 0, TypeTimesSize, out var stat) == 0 ? stat.Status : default;
        try
        {
            return OfAny(Encoding.UTF8.GetString(path[..^1]));
        }
        catch (IOException)
        {
            return default;
        }
    }

    /// <summary>What lies at the path itself: a link is a link.</summary>
    /// <exception cref="IOException">The system does not say.</exception>
    public static FileType TypeAt(string path) =>
        OperatingSystem.IsLinux() ? OfLinux(path, NoFollow).Type
        : new FileInfo(path).LinkTarget is not null ? FileType.Link
        : OfAny(path).Type;

    /// <summary>What to call it in a sentence: <c>is a folder</c>.</summary>
    public static string Describe(FileType type) => type switch
    {
        FileType.Missing => "does not exist",
        FileType.File => "is a file",
        FileType.Folder => "is a folder",
        FileType.Link => "is a link that leads nowhere",
        _ => "is a named pipe, a socket or a device",
    };

    private static FileStatus OfLinux(string path, int flags)
    {
        var error = StaleHandle.Error;
        for (var attempt = 0; attempt < Attempts && error == StaleHandle.Error; attempt++)
        {
            if (StatX(CurrentFolder, path, flags, TypeTimesSize, out var stat) == 0)
                return stat.Status;
            error = Marshal.GetLastPInvokeError();
        }

        return error switch
        {
            NoSuchEntry or NotAFolder or TooLong => default,
            TooManyLinks => new FileStatus(FileType.Link, 0, 0, 0, 0),
            _ => throw new IOException($"{path} cannot be looked at: {new Win32Exception(error).Message}."),
        };
    }

    /// <summary>The same as the system tells every program, without inode and ctime.</summary>
    internal static FileStatus OfAny(string path)
    {
        if (Directory.Exists(path))
            return new FileStatus(FileType.Folder, 0, 0, 0, 0);
        var file = new FileInfo(path);
        return file.Exists
            ? new FileStatus(FileType.File, 0, file.Length, ToNs(file.LastWriteTimeUtc), ToNs(file.CreationTimeUtc))
            : default;
    }

    private static long ToNs(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out Stat stat);

    [LibraryImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int folder, in byte path, int flags, uint mask, out Stat stat);

    /// <summary>struct statx of linux/stat.h: the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct Stat
    {
        private const int TypeMask = 0xf000;

        [FieldOffset(28)] private readonly ushort _mode;
        [FieldOffset(32)] private readonly ulong _inode;
        [FieldOffset(40)] private readonly ulong _size;
        [FieldOffset(96)] private readonly Timestamp _changed;
        [FieldOffset(112)] private readonly Timestamp _modified;

        public FileStatus Status => new(Type, _inode, (long)_size, _modified.Ns, _changed.Ns);

        private FileType Type => (_mode & TypeMask) switch
        {
            0x8000 => FileType.File,
            0x4000 => FileType.Folder,
            0xa000 => FileType.Link,
            _ => FileType.Special,
        };
    }

    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private readonly struct Timestamp
    {
        private readonly long _seconds;
        private readonly uint _nanoseconds;

        public long Ns => (_seconds * 1_000_000_000) + _nanoseconds;
    }
}
