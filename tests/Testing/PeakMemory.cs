using System.Globalization;

namespace Slipway.Testing;

/// <summary>The process's largest resident size since it was last forgotten, as Linux tells it.</summary>
public static class PeakMemory
{
    /// <summary>Begins anew with what is resident now (proc(5), clear_refs).</summary>
    public static void Forget() => File.WriteAllText("/proc/self/clear_refs", "5");

    /// <summary>Bytes.</summary>
    public static long Bytes() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(':', 'k')[1], CultureInfo.InvariantCulture) << 10;
}
