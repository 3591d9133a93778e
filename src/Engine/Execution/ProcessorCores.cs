using System.Globalization;

namespace Slipway.Engine.Execution;

/// <summary>
/// Cores that a process may use. Two threads of one core count once, as MKL counts them: they share what computes, and a second
/// thread there makes other sums and no speed.
/// </summary>
internal static class ProcessorCores
{
    private const string AllowedLine = "Cpus_allowed_list:";

    /// <param name="processors">Processors that the system says are to be used, control groups counted; never more than these.</param>
    /// <param name="allowed">Numbers of the processors in the affinity mask; none where they are not known.</param>
    /// <param name="siblings">The processors on the same core, as the system writes them; null where that is not known.</param>
    public static int Count(int processors, IReadOnlyList<int> allowed, Func<int, string?> siblings)
    {
        var cores = allowed.Select(processor => siblings(processor) ?? processor.ToString(CultureInfo.InvariantCulture)).Distinct(StringComparer.Ordinal).Count();
        return cores == 0 ? processors : Math.Min(processors, cores);
    }

    /// <summary>The affinity mask of this process; empty where the system does not tell.</summary>
    public static IReadOnlyList<int> Allowed() => OperatingSystem.IsLinux()
        ? Numbers(File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(AllowedLine, StringComparison.Ordinal))?[AllowedLine.Length..] ?? "")
        : [];

    /// <summary>The processors on the same core, such as <c>0,16</c>.</summary>
    public static string? SiblingsOf(int processor)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    /// <summary>The numbers of a list such as <c>0-3,8</c>.</summary>
    internal static IReadOnlyList<int> Numbers(string list)
    {
        var numbers = new List<int>();
        foreach (var part in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (!int.TryParse(ends[0], CultureInfo.InvariantCulture, out var first) || !int.TryParse(ends[^1], CultureInfo.InvariantCulture, out var last))
                return [];
            numbers.AddRange(Enumerable.Range(first, last - first + 1));
        }

        return numbers;
    }
}
