using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class CopiedFileTests
{
    [Fact]
    public void What_goes_wrong_between_two_files_names_both()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The device that is always full is one of Linux.");
        using var folder = new TemporaryFolder();
        var source = folder.Write("a.png", "abc");

        var e = Assert.Throws<IOException>(() => CopiedFile.Make(source, "/dev/full", overwrite: true));

        Assert.Equal($"No space left on device : '{source}' or its copy '/dev/full'", e.Message);
    }
}
