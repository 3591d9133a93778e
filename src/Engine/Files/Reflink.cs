using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Engine.Files;

/// <summary>
/// A copy that shares its blocks with the original until one of them is written (btrfs, XFS, bcachefs): it costs
/// neither time nor space, and editing it leaves the original alone.
/// </summary>
internal static partial class Reflink
{
    private const nuint CloneRequest = 0x40049409; // FICLONE, linux/fs.h

    /// <summary>Makes <paramref name="target"/>, an empty open file, a clone; false where the file system cannot.</summary>
    public static bool TryClone(SafeFileHandle source, SafeFileHandle target) =>
        OperatingSystem.IsLinux()
        && Control(target, CloneRequest, (int)source.DangerousGetHandle()) == 0;

    [LibraryImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeFileHandle file, nuint request, int argument);
}
