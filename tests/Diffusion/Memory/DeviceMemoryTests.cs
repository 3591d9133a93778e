using Slipway.Diffusion.Memory;
using Xunit;

namespace Slipway.Diffusion.Tests.Memory;

public static class DeviceMemoryTests
{
    private static readonly string[] Machine = ["MemTotal:       24000000 kB", "MemFree:         1000000 kB", "MemAvailable:   20000000 kB"];

    [Fact]
    public static void Is_what_the_kernel_says_without_a_limit()
    {
        Assert.Equal(20_000_000L << 10, DeviceMemory.OfCpu(Machine, null, null, []));
        Assert.Equal(20_000_000L << 10, DeviceMemory.OfCpu(Machine, "max", "123", ["inactive_file 5"]));
    }

    [Fact]
    public static void Is_what_the_control_group_leaves_where_that_is_less()
        => Assert.Equal(8_000_500, DeviceMemory.OfCpu(Machine, "10000000", "2000000", ["anon 1", "inactive_file 500"]));

    [Fact]
    public static void Is_unknown_where_nobody_tells() => Assert.Null(DeviceMemory.OfCpu([], null, null, []));

    [Fact]
    public static void Of_this_machine_is_some() => Assert.InRange(DeviceMemory.Free(cuda: false) ?? 0, 1 << 20, 1L << 45);
}
