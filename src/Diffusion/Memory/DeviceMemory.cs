using System.Globalization;

namespace Slipway.Diffusion.Memory;

/// <summary>How much memory a device still has.</summary>
public static class DeviceMemory
{
    private const string ControlGroups = "/sys/fs/cgroup";
    private const long KiB = 1 << 10;
    private const long MiB = 1 << 20;

    /// <summary>
    /// Free bytes: of the CPU what the kernel can give without swapping (<c>MemAvailable</c>), within the control group's limit
    /// where there is one; of a card, the one that this process computes on, what its driver says. Null where nobody tells.
    /// </summary>
    /// <param name="cuda">Whether the card is asked, see <see cref="Devices.VisibleCard"/>, and not the CPU.</param>
    public static long? Free(bool cuda) => cuda ? OfCuda() : OfCpu();

    /// <summary>Of the numbers in <c>/proc/meminfo</c> and the control group's files, the least; what they do not hold does not count.</summary>
    /// <param name="memInfo">Lines of <c>/proc/meminfo</c>.</param>
    /// <param name="limit"><c>memory.max</c>: a number, or <c>max</c>.</param>
    /// <param name="current"><c>memory.current</c>.</param>
    /// <param name="stat">Lines of <c>memory.stat</c>; file pages that nobody uses are given back when asked for.</param>
    internal static long? OfCpu(IEnumerable<string> memInfo, string? limit, string? current, IEnumerable<string> stat)
    {
        var available = Entry(memInfo, "MemAvailable:") * KiB;
        var allowed = Number(limit) - Number(current) + (Entry(stat, "inactive_file ") ?? 0);
        return available is null || allowed < available ? allowed ?? available : available;
    }

    private static long? OfCpu()
    {
        if (!OperatingSystem.IsLinux())
            return GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet;
        return OfCpu(Lines("/proc/meminfo"), Lines($"{ControlGroups}/memory.max").FirstOrDefault(), Lines($"{ControlGroups}/memory.current").FirstOrDefault(), Lines($"{ControlGroups}/memory.stat"));
    }

    private static long? OfCuda() => Number(DriverTool.QueryOne("memory.free")) * MiB;

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static long? Entry(IEnumerable<string> lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line ? Number(line[name.Length..].Replace("kB", "", StringComparison.Ordinal)) : null;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
