using System.Diagnostics;
using Slipway.Diffusion.Memory;

namespace Slipway.Build.Benches;

/// <summary>The process's largest resident size, since it was last forgotten where the system can forget.</summary>
internal static class PeakMemory
{
    private const string ClearPeak = "5"; // See proc(5), clear_refs.

    /// <summary>Bytes.</summary>
    public static long Bytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    /// <summary>Begins anew with what is resident now; .NET gives back what it can before.</summary>
    public static void Forget()
    {
        Collect();
        Clear();
    }

    /// <summary>Has the C library give back what is nobody's, and begins anew.</summary>
    public static void ForgetFreed()
    {
        Collect();
        NativeHeap.GiveBack();
        Clear();
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static void Clear()
    {
        if (OperatingSystem.IsLinux())
            File.WriteAllText("/proc/self/clear_refs", ClearPeak);
    }
}
