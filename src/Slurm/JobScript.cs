using System.Globalization;
using System.Text;
using Slipway.Engine.Execution;

namespace Slipway.Slurm;

/// <summary>The script of an array: each task does the jobs whose keys stand in the file with its number.</summary>
internal static class JobScript
{
    /// <summary>What a job ends with that was told to stop.</summary>
    private const int Stopped = 143;

    /// <summary>More than any work needs: what comes no further goes in circles no longer.</summary>
    private const int Restarts = 1000;

    /// <summary>The script.</summary>
    /// <param name="name">What the queue shows.</param>
    /// <param name="comment">By what the submission is found again.</param>
    /// <param name="folder">Full path of the submission's folder.</param>
    /// <param name="workspace">Full path of the folder in which the jobs work.</param>
    /// <param name="tasks">How many tasks there are.</param>
    /// <param name="lines">Further options.</param>
    /// <param name="grace">Seconds from the signal to the limit of time.</param>
    /// <param name="command">What a task starts, without its file.</param>
    /// <param name="option">The option by which it gets its file: that of its keys, or that of its answer.</param>
    public static string Of(string name, string comment, string folder, string workspace, int tasks, IEnumerable<string> lines, int grace, IEnumerable<string> command, string option = "shard")
    {
        var text = new StringBuilder("#!/bin/sh\n");
        string[] options =
        [
            $"--job-name={name}",
            $"--comment={comment}",
            string.Create(CultureInfo.InvariantCulture, $"--array=0-{tasks - 1}"),
            $"--output={Quoted(Percent(folder) + "/%a.log")}",
            "--open-mode=append",
            "--requeue",
            "--nodes=1",
            "--ntasks=1",
            string.Create(CultureInfo.InvariantCulture, $"--signal=B:USR1@{grace}"),
            .. lines,
        ];
        foreach (var line in options)
            text.Append("#SBATCH ").Append(line).Append('\n');
        // A task that comes near its limit saves a checkpoint, and goes back into the queue. What ends a task, Slurm tells its processes itself.
        return text.Append(string.Create(CultureInfo.InvariantCulture, $$"""
            cd {{ShellWord.Of(workspace)}} || exit 1
            near=
            trap 'near=1; kill -TERM "$child" 2>/dev/null' USR1
            trap : TERM
            {{string.Join(' ', command.Select(ShellWord.Of))}} --{{option}}={{ShellWord.Of(folder)}}/"$SLURM_ARRAY_TASK_ID" &
            child=$!
            code={{Stopped}}
            while wait "$child"; code=$?; kill -0 "$child" 2>/dev/null; do :; done
            if [ -n "$near" ] && [ "$code" = {{Stopped}} ] && [ "${SLURM_RESTART_COUNT:-0}" -lt {{Restarts}} ]; then
                echo "The limit of time is near: back into the queue."
                scontrol requeue "$SLURM_JOB_ID" && sleep 60
            fi
            exit "$code"

            """).ReplaceLineEndings("\n")).ToString();
    }

    // sbatch takes quotes around a value, and % for its own patterns.
    private static string Quoted(string text) => text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;

    private static string Percent(string text) => text.Replace("%", "%%", StringComparison.Ordinal);
}
