using System.Diagnostics;
using System.Text;

namespace Slipway.Build.Tests.Display;

/// <summary>The program on a pseudo-terminal, which util-linux' script makes.</summary>
[Trait("Tier", "slow")]
public sealed class TerminalTests : IDisposable
{
    private const int Width = 60;
    private readonly Host _host = new Host().Furnished();
    private readonly Screen _screen = new(Width);

    public void Dispose()
    {
        _host.Dispose();
        _screen.Dispose();
    }

    [Fact]
    public async Task Shows_a_live_display_until_ctrl_c()
    {
        using var program = Start(ci: null);
        await ReadUntilAsync(program, () => _screen.Lines.Any(line => line.Contains('━', StringComparison.Ordinal)) && _screen.Lines.Any(line => line.EndsWith(" left", StringComparison.Ordinal)));
        Assert.False(_screen.CursorIsVisible);

        await program.StandardInput.WriteAsync('\u0003');
        await program.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await ReadUntilAsync(program, () => false);

        Assert.Equal(130, program.ExitCode);
        Assert.True(_screen.CursorIsVisible);
        Assert.DoesNotContain(_screen.Lines, line => line.Contains('━', StringComparison.Ordinal));
        Assert.Single(_screen.Lines, line => line.StartsWith("Backgrounds: ", StringComparison.Ordinal) && line.EndsWith(" left", StringComparison.Ordinal));
        Assert.Equal("Error: Stopped. The same command goes on where this one was.", string.Concat(_screen.Lines[^1..]));
    }

    [Fact]
    public async Task Writes_plain_lines_where_ci_is_set()
    {
        using var program = Start(ci: "true");

        await ReadUntilAsync(program, () => _screen.Lines.Any(line => line.StartsWith("Backgrounds: ", StringComparison.Ordinal) && line.Contains("/100", StringComparison.Ordinal)));

        Assert.True(_screen.CursorIsVisible);
        Assert.DoesNotContain(_screen.Lines, line => line.Contains('━', StringComparison.Ordinal));
        await program.StandardInput.WriteAsync('\u0003');
        await program.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await ReadUntilAsync(program, () => false);
    }

    private async Task ReadUntilAsync(Process program, Func<bool> isThere)
    {
        var buffer = new char[256];
        while (!isThere())
        {
            var read = await program.StandardOutput.ReadAsync(buffer, TestContext.Current.CancellationToken);
            if (read == 0)
            {
                await program.WaitForExitAsync(TestContext.Current.CancellationToken);
                return;
            }

            _screen.Write(buffer, 0, read);
        }
    }

    private Process Start(string? ci)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "There is no /usr/bin/script (util-linux), which makes the pseudo-terminal.");
        var plan = File.ReadAllText(_host["lora.pipeline.yaml"]).Replace("\n  steps: 20\n", "\n  steps: 2\n", StringComparison.Ordinal);
        File.WriteAllText(_host["lora.pipeline.yaml"], plan);
        var dll = Path.Combine(AppContext.BaseDirectory, "slipway.dll");
        var start = new ProcessStartInfo("/usr/bin/script", ["-qec", $"stty cols {Width} rows 20; exec dotnet '{dll}' --target=Backgrounds", "/dev/null"])
        {
            WorkingDirectory = _host.Workspace,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment.Remove("CI");
        if (ci is not null)
            start.Environment["CI"] = ci;
        return Process.Start(start)!;
    }
}
