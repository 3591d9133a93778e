using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Engine.Files;

/// <summary>
/// Waits until what was written to a file is on the disk, and says when it did not get there: the last moment at which the system tells of bytes
/// that it could not write. .NET's own flush passes over what goes wrong.
/// </summary>
internal static partial class DiskFlush
{
    // EINVAL, EROFS, ENOTSUP: what has no disk behind it has nothing to wait for.
    private static readonly int[] NothingToFlush = [22, 30, 95];

    /// <param name="file">An open file; what .NET holds of it in a buffer is not seen.</param>
    /// <param name="path">What it is called, for the message.</param>
    /// <exception cref="IOException">The bytes could not be written.</exception>
    public static void Wait(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
            RandomAccess.FlushToDisk(file);
        else if (Synchronize(file) != 0 && Marshal.GetLastPInvokeError() is var error && !NothingToFlush.Contains(error))
            throw new IOException($"{new Win32Exception(error).Message} : '{path}'", error);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronize(SafeFileHandle file);
}
