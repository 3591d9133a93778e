using System.Runtime.InteropServices;

namespace Slipway.Diffusion.Memory;

/// <summary>
/// What the C library has given out and not got back, by its own counter: the program's tensors, and neither .NET's heap nor what of
/// freed memory is still resident. Of glibc; elsewhere it is not known.
/// </summary>
public static partial class NativeHeap
{
    /// <summary>Whether the C library tells.</summary>
    public static bool IsKnown => Has("mallinfo2");

    /// <summary>Bytes in use. What .NET would give back at some time is given back before.</summary>
    public static long InUse()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var info = MallInfo();
        return (long)(info.InArenas + info.Mapped);
    }

    /// <summary>
    /// Has the C library give back to the system what is nobody's: by itself it keeps what lies between pieces that are in use, which after a few gibibytes of
    /// weights have gone is most of them.
    /// </summary>
    public static void GiveBack()
    {
        if (Has("malloc_trim"))
            _ = Trim(0);
    }

    private static bool Has(string function) => OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, function, out _);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint left);

    [LibraryImport("libc.so.6", EntryPoint = "mallinfo2")]
    private static partial Counters MallInfo();

    /// <summary>glibc's <c>struct mallinfo2</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Counters
    {
        public readonly nuint Arena, FreeChunks, FastChunks, Mappings, Mapped, Unused, FastBytes, InArenas, FreeBytes, Releasable;
    }
}
