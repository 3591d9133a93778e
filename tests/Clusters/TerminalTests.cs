using System.Diagnostics;
using System.Text;
using Slipway.EndToEnd.Tests;

namespace Slipway.Clusters.Tests;

/// <summary>Ctrl-C where somebody sits at a terminal: <c>script</c> makes one.</summary>
public sealed class TerminalTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Ctrl_C_asks_whether_jobs_stay_in_the_queue_and_does_as_it_is_told()
    {
        ClusterWorkspaces.Require();
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no script to make a terminal: apt-get install bsdutils.");
        _workspace.Lengthen(1000);
        _workspace.Queue();

        var left = await AnswerAsync("y", () => _workspace.StepAsync(1));
        Assert.Equal(130, left.Code);
        Assert.Contains("1 job is in Slurm's queue. Leave them there? [y/N]", left.Output, StringComparison.Ordinal);
        Assert.Contains("Slurm: 1 job is in the queue and goes on; the same command finds it.", left.Output, StringComparison.Ordinal);
        Assert.Single(SlurmCluster.Queued(), line => line.StartsWith("RUNNING", StringComparison.Ordinal));

        var cancelled = await AnswerAsync("n", () => Task.CompletedTask, "found in Slurm's queue");
        Assert.Equal(130, cancelled.Code);
        Assert.Contains("Slurm: 1 job is cancelled", cancelled.Output, StringComparison.Ordinal);
        SlurmCluster.Until("the task is still in the queue", () => SlurmCluster.Queued().Count == 0);
    }

    /// <summary>Starts a training at a terminal of its own, waits for something, presses Ctrl-C, and answers the question.</summary>
    private async Task<(int Code, string Output)> AnswerAsync(string answer, Func<Task> when, string? text = null)
    {
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", $"dotnet '{HostProgram.Path}' --target=Train-v01", "/dev/null"])
        {
            WorkingDirectory = _workspace.Root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Interrupts.Allow();
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["TERM"] = "xterm";
        using var process = Process.Start(start)!;
        var output = new StringBuilder();
        await when();
        await ReadUntilAsync(process, output, text);
        await process.StandardInput.WriteAsync('\x03');
        await process.StandardInput.FlushAsync();
        await ReadUntilAsync(process, output, "[y/N]");
        await process.StandardInput.WriteLineAsync(answer);
        await process.StandardInput.FlushAsync();
        output.Append(await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output.ToString());
    }

    private static async Task ReadUntilAsync(Process process, StringBuilder output, string? text)
    {
        var buffer = new char[4096];
        while (text is not null && !output.ToString().Contains(text, StringComparison.Ordinal))
        {
            var count = await process.StandardOutput.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.True(count > 0, $"It ended before it said '{text}': {output}");
            output.Append(buffer, 0, count);
        }
    }
}
