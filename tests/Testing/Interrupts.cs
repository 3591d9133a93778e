using System.Globalization;
using System.Runtime.InteropServices;

namespace Slipway.Testing;

/// <summary>
/// Ctrl-C for what tests start. A script or cron starts what runs in the background with SIGINT ignored; that is inherited, and a
/// program that ignores it cannot be shown to stop.
/// </summary>
public static partial class Interrupts
{
    private const int Sigint = 2;
    private const string IgnoredLine = "SigIgn:";

    /// <summary>Gives SIGINT its default action where it is ignored. Whoever has taken it in hand keeps it.</summary>
    public static void Allow()
    {
        if (OperatingSystem.IsLinux() && IsIgnored())
            _ = Signal(Sigint, 0);
    }

    private static bool IsIgnored()
    {
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(IgnoredLine, StringComparison.Ordinal));
        var ignored = ulong.Parse(line.AsSpan(IgnoredLine.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (ignored >> (Sigint - 1) & 1) == 1;
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint action);
}
