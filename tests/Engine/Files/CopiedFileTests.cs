using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class CopiedFileTests
{
    [Fact]
    public void What_names_a_file_already_is_said_as_it_is()
    {
        using var folder = new TemporaryFolder();
        var (source, target) = (folder.Write("a.png", "abc"), folder.Write("b.png", "x"));

        Assert.Equal($"The file '{target}' already exists.", Assert.Throws<IOException>(() => CopiedFile.Make(source, target)).Message);
    }

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
