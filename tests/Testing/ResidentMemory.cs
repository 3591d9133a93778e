using System.Globalization;

namespace Slipway.Testing;

/// <summary>Memory of this process that is in no file, as Linux tells it.</summary>
public static class ResidentMemory
{
    /// <summary>Bytes.</summary>
    public static long Bytes() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(':', 'k')[1], CultureInfo.InvariantCulture) << 10;
}
