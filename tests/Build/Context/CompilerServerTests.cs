using System.Diagnostics;
using Slipway.Build.Context;

namespace Slipway.Build.Tests.Context;

[Trait("Tier", "slow")]
public sealed class CompilerServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Compiles_for_builds_even_where_servers_are_off_and_ends_with_its_object()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lists what processes were called with.");
        foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            _folder.Write(file, "<Project />\n");
        _folder.Write("One.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>\n");
        string pipe;
        await using (var server = new CompilerServer())
        {
            pipe = server.Pipe;
            Assert.Equal(0, Listening(pipe));

            var start = new ProcessStartInfo("dotnet", ["build", "-v", "quiet", "--nologo"]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, UseShellExecute = false };
            start.Environment["UseSharedCompilation"] = "false";
            server.Serve(start);
            using var build = Process.Start(start)!;
            await build.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await build.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.Equal((0, 1), (build.ExitCode, Listening(pipe)));
        }

        // It says that it ends, and then does.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (Listening(pipe) > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
    }

    private static int Listening(string pipe) => Process.GetProcesses().Count(process =>
    {
        using (process)
        {
            try
            {
                return File.ReadAllText($"/proc/{process.Id}/cmdline").Contains($"-pipename:{pipe}", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false; // it has ended meanwhile
            }
        }
    });
}
