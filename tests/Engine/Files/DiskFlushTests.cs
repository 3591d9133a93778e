using Microsoft.Win32.SafeHandles;
using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class DiskFlushTests
{
    [Fact]
    public void What_the_system_says_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Numbers of errors are those of Linux.");
        using var nothing = new SafeFileHandle(int.MaxValue, ownsHandle: false);

        var e = Assert.Throws<IOException>(() => DiskFlush.Wait(nothing, "a.png"));

        Assert.Equal("Bad file descriptor : 'a.png'", e.Message);
        Assert.Equal(9, e.HResult);
    }

    [Fact]
    public void What_has_no_disk_behind_it_has_nothing_to_wait_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The device is one of Linux.");
        using var file = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);

        DiskFlush.Wait(file, "/dev/null");
    }
}
