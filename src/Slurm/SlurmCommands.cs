using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Slipway.Slurm;

/// <summary>Slurm's own programs, by their names on the <c>PATH</c>. No accounting daemon is asked.</summary>
internal sealed class SlurmCommands : ISlurm
{
    private const int AtATime = 500;

    /// <summary>What <c>sbatch</c> says where there is no room in the queue, or nobody to ask: later there may be.</summary>
    private static readonly string[] Passing =
    [
        "temporarily", "Unable to contact slurm controller", "SubmitJobLimit", "job submit limit", "job count limit", "Too many", "try again", "Zero Bytes were transmitted",
        "Socket timed out", "Connection refused", "Slurm backup controller in standby",
    ];

    /// <inheritdoc/>
    public async Task<long> SubmitAsync(string script, CancellationToken cancellation)
    {
        var (code, output, error) = await RunAsync(["sbatch", "--parsable", script], cancellation);
        if (code == 0 && long.TryParse(output.Trim().Split(';')[0], CultureInfo.InvariantCulture, out var id))
            return id;
        var said = OneLine(error.Length > 0 ? error : output);
        throw Passing.Any(part => said.Contains(part, StringComparison.OrdinalIgnoreCase))
            ? new SlurmException($"sbatch takes no job now: {said}") { IsPassing = true }
            : new InvalidDataException($"sbatch refuses a job: {said}. What is asked for stands in the plan's section `slurm`; the script is {script}.");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueTask>> QueueAsync(CancellationToken cancellation)
    {
        var (code, output, error) = await RunAsync(["squeue", "--noheader", "--array", "--me", "--states=all", $"--Format={QueueTask.Format}"], cancellation);
        return code == 0
            ? [.. output.Split('\n').Select(QueueTask.Parse).OfType<QueueTask>()]
            : throw new SlurmException($"squeue does not answer: {OneLine(error)}") { IsPassing = true };
    }

    /// <inheritdoc/>
    public async Task<string> DetailsAsync(TaskId task, CancellationToken cancellation)
    {
        var (code, output, _) = await RunAsync(["scontrol", "--oneliner", "show", "job", task.ToString()], cancellation);
        return code == 0 ? output.Trim() : "";
    }

    /// <inheritdoc/>
    public async Task CancelAsync(IReadOnlyCollection<TaskId> tasks)
    {
        foreach (var some in tasks.Chunk(AtATime))
            await RunAsync(["scancel", .. some.Select(task => task.ToString())], CancellationToken.None);
    }

    private static string OneLine(string text) => string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Replace("sbatch: error: ", "", StringComparison.Ordinal);

    private static async Task<(int Code, string Output, string Error)> RunAsync(string[] command, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(cancellation);
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, output, await error);
        }
        catch (Win32Exception exception)
        {
            throw new SlurmException($"'{command[0]}' cannot be started: {exception.Message}. Run where Slurm's commands are, or leave `executor: slurm` out.");
        }
    }
}
