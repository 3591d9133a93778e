using System.Runtime.InteropServices;

namespace Slipway.Testing;

/// <summary>
/// What the C library has given out and not got back, by its own counter: the program's tensors, and neither .NET's heap nor what of
/// freed memory is still resident. Of glibc; elsewhere it is not known.
/// </summary>
public static partial class NativeHeap
{
    private const int MmapThreshold = -3; // M_MMAP_THRESHOLD
    private const int Large = 1 << 20;

    /// <summary>Whether the C library tells.</summary>
    public static bool IsKnown => OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, "mallinfo2", out _);

    /// <summary>Bytes in use. What .NET would give back at some time is given back before.</summary>
    public static long InUse()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var info = MallInfo();
        return (long)(info.InArenas + info.Mapped);
    }

    /// <summary>
    /// From now on the system gives and takes what is large, always by the same measure: without a word the C library raises the measure
    /// with what is freed, and keeps what is below it. What it holds now and does not need goes back.
    /// </summary>
    public static void Fix()
    {
        _ = MallOpt(MmapThreshold, Large);
        _ = MallocTrim(0);
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallinfo2")]
    private static partial Counters MallInfo();

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    /// <summary>glibc's <c>struct mallinfo2</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Counters
    {
        public readonly nuint Arena, FreeChunks, FastChunks, Mappings, Mapped, Unused, FastBytes, InArenas, FreeBytes, Releasable;
    }
}
