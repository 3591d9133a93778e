using System.Globalization;
using System.Runtime.InteropServices;

namespace Slipway.Slurm;

/// <summary>A task of an array in Slurm's queue.</summary>
/// <param name="Id">Which.</param>
/// <param name="State">Slurm's word for what it does, such as <c>RUNNING</c>.</param>
/// <param name="Restarts">How often it was put back into the queue.</param>
/// <param name="Nodes">Where it runs or ran; empty for nowhere yet.</param>
/// <param name="Reason">Why it waits or ended; <c>None</c> for none.</param>
/// <param name="Comment">What the submission said.</param>
internal sealed record QueueTask(TaskId Id, string State, int Restarts, string Nodes, string Reason, string Comment)
{
    /// <summary>Fields and widths, as <c>squeue -O</c> takes them: a wide field is cut, and none runs into the next.</summary>
    public const string Format = "ArrayJobID:12,ArrayTaskID:12,State:20,RestartCnt:8,NodeList:60,Reason:60,Comment:120";

    private static readonly int[] Widths = [12, 12, 20, 8, 60, 60, 120];

    /// <summary>States from which a job does not come back by itself.</summary>
    private static readonly string[] Ended =
        ["BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED", "TIMEOUT"];

    /// <summary>Whether it waits, runs or is about to end.</summary>
    public bool IsAlive => !Ended.Contains(State, StringComparer.Ordinal);

    /// <summary>Whether it waits for its turn.</summary>
    public bool Waits => State == "PENDING";

    /// <summary>Reads a line; null where it is no task of an array.</summary>
    public static QueueTask? Parse(string line)
    {
        var (fields, start) = (new string[Widths.Length], 0);
        for (var i = 0; i < Widths.Length; i++)
        {
            fields[i] = start >= line.Length ? "" : line[start..Math.Min(line.Length, start + Widths[i])].Trim();
            start += Widths[i];
        }

        return long.TryParse(fields[0], CultureInfo.InvariantCulture, out var job) && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var index)
            ? new QueueTask(new TaskId(job, index), fields[2], int.TryParse(fields[3], CultureInfo.InvariantCulture, out var restarts) ? restarts : 0, fields[4], fields[5], fields[6])
            : null;
    }
}

/// <summary>A task of an array, as Slurm's commands name it: <c>12_0</c>.</summary>
/// <param name="Job">Number of the array.</param>
/// <param name="Index">Number in the array, from 0.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TaskId(long Job, int Index)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Job}_{Index}");
}
