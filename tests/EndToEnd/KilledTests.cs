using System.Diagnostics;

namespace Slipway.EndToEnd.Tests;

/// <summary>The program itself is ended in the middle of a training.</summary>
public sealed class KilledTests : IDisposable
{
    private const int Steps = 75; // one and a half times what lies between two checkpoints
    private readonly Workspace _whole = Training();
    private readonly Workspace _workspace = Training();

    public void Dispose()
    {
        _whole.Dispose();
        _workspace.Dispose();
    }

    [Fact]
    public async Task A_training_that_was_killed_and_then_stopped_by_ctrl_c_ends_in_the_same_bytes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        Assert.Equal(0, (await HostProgram.RunAsync(_whole.Root, "--target=Train-v01")).Code);

        var killed = await EndAsync("KILL", async program => await CheckpointAsync(program));
        Assert.Equal(137, killed.Code);
        Assert.False(File.Exists(_workspace.Lora("v01")));

        var stopped = await EndAsync("INT", async program => await LineAsync(program, "Train v01: 5"));
        Assert.Equal(130, stopped.Code);
        Assert.Equal("Error: Stopped. The same command goes on where this one was.", stopped.Error.Trim());
        Assert.False(File.Exists(_workspace.Lora("v01")));

        var last = await HostProgram.RunAsync(_workspace.Root, "--target=Train-v01");
        Assert.Equal(0, last.Code);
        Assert.DoesNotContain("Train v01: 1/", last.Output, StringComparison.Ordinal); // it does not begin anew
        Assert.Equal(_whole.Outputs(), _workspace.Outputs());
        Assert.Equal(
            ["sail_kun_v01-step00000025.safetensors", "sail_kun_v01-step00000050.safetensors"],
            Directory.GetFiles(_workspace["artifacts/lora/sail_kun_v01_saves"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static Workspace Training()
    {
        var workspace = Workspace.New();
        workspace.Edit(("versions.v01.max_train_steps", $"{Steps}"), ("versions.v01.save_every_n_steps", "25"));
        return workspace;
    }

    /// <summary>Starts the training and sends the signal when it is time.</summary>
    private async Task<HostResult> EndAsync(string signal, Func<Process, Task> time)
    {
        var program = HostProgram.Start(_workspace.Root, "--target=Train-v01", "--exclusive");
        await time(program);
        using (var kill = Process.Start("kill", [$"-{signal}", $"{program.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await HostProgram.ResultAsync(program);
    }

    /// <summary>Waits until the training could go on from somewhere.</summary>
    private async Task CheckpointAsync(Process program)
    {
        var folder = Directory.CreateDirectory(_workspace[".slipway/checkpoints"]);
        while (!folder.EnumerateFiles("state-*.safetensors", SearchOption.AllDirectories).Any())
        {
            Assert.False(program.HasExited, "The training ended before its first checkpoint.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private static async Task LineAsync(Process program, string start)
    {
        while (await program.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith(start, StringComparison.Ordinal))
        {
        }
    }
}
