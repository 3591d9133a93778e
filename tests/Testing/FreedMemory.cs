using System.Runtime.InteropServices;

namespace Slipway.Testing;

/// <summary>Memory that the program has given back to the C library, and that this keeps for later: it is resident, and nobody's.</summary>
public static partial class FreedMemory
{
    /// <summary>Has .NET and the C library (glibc's <c>malloc_trim</c>) give back what they can. How much they keep otherwise depends on what was given back in which order.</summary>
    public static void Return()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _ = Trim(0);
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint left);
}
