using System.Runtime.InteropServices;

namespace Slipway.Build.Benches;

/// <summary>Processor time of the thread that asks.</summary>
internal static partial class ThreadClock
{
    private const int OfThread = 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>So far; zero where the system is not Linux.</summary>
    public static TimeSpan Now => OperatingSystem.IsLinux() && GetTime(OfThread, out var time) == 0 ? new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick)) : TimeSpan.Zero;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Timestamp time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timestamp
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
