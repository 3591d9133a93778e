using System.Diagnostics;
using Slipway.Engine.Execution;

namespace Slipway.Engine.Tests.Execution;

public sealed class ShellWordTests
{
    [Theory]
    [InlineData("/home/me/out/train.sh")]
    [InlineData("")]
    [InlineData("my out")]
    [InlineData("it's \"here\" $HOME `pwd` \\ & 船")]
    public async Task Is_what_a_shell_hands_on(string text)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no POSIX shell.");
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"printf %s {ShellWord.Of(text)}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        Assert.Equal(text, await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Is_there_though_nothing_is_in_it() => Assert.Equal("''", ShellWord.Of(""));

    [Fact]
    public void Is_left_as_it_is_where_nothing_in_it_means_anything_to_a_shell() => Assert.Equal("out/my-file_1.sh", ShellWord.Of("out/my-file_1.sh"));
}
