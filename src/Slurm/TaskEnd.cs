using System.Text.RegularExpressions;

namespace Slipway.Slurm;

/// <summary>How a task has ended that left jobs undone.</summary>
/// <param name="What">What became of it, as the end of a sentence.</param>
/// <param name="Advice">What to do, a sentence with a space before it; empty for nothing.</param>
/// <param name="IsNobodysFault">Whether another try is as good as the first.</param>
internal sealed partial record TaskEnd(string What, string Advice, bool IsNobodysFault)
{
    /// <summary>Reads it from what Slurm remembers, with no accounting: state, and <c>scontrol show job</c>.</summary>
    /// <param name="state">The queue's word; null where the queue has forgotten the task.</param>
    /// <param name="details">Name and value pairs; empty where nothing is remembered.</param>
    public static TaskEnd Of(string? state, string details)
    {
        var fields = Field().Matches(details).DistinctBy(match => match.Groups["name"].Value).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value, StringComparer.Ordinal);
        var exit = fields.GetValueOrDefault("ExitCode", "0:0");
        var node = fields.GetValueOrDefault("BatchHost") ?? fields.GetValueOrDefault("NodeList", "");
        var where = node.Length == 0 || node == "(null)" ? "" : $" on {node}";
        // Without control groups Slurm ends a job that takes more memory than it asked for by signal 9, and calls that FAILED.
        return (state ?? fields.GetValueOrDefault("JobState")) switch
        {
            "OUT_OF_MEMORY" => OutOfMemory(where, fields),
            "FAILED" when exit.EndsWith(":9", StringComparison.Ordinal) => OutOfMemory(where, fields),
            "CANCELLED" => new($"was cancelled{where} by somebody else", ". The same command goes on from what it has saved.", IsNobodysFault: false),
            "TIMEOUT" or "DEADLINE" => new(
                $"came to its limit of time ({fields.GetValueOrDefault("TimeLimit", "unknown")}){where} before it could go back into the queue",
                ". Give it more (`slurm.time`), or an earlier signal (`slurm.grace`); the same command goes on from what it has saved.",
                IsNobodysFault: false),
            "NODE_FAIL" or "BOOT_FAIL" => new($"lost its node{where}", ".", IsNobodysFault: true),
            "PREEMPTED" or "REVOKED" => new($"had to make room for others{where}", ".", IsNobodysFault: true),
            "COMPLETED" => new($"is said to have done its work{where}, and the store has no result of it", ". Check that nodes have the workspace under the same path.", IsNobodysFault: false),
            null => new("is no longer in the queue, which remembers nothing of it", ".", IsNobodysFault: true),
            var other => new($"ended as {other} (exit code {exit}){where}", ".", IsNobodysFault: false),
        };
    }

    private static TaskEnd OutOfMemory(string where, Dictionary<string, string> fields) => new(
        $"was ended{where}, as a job is that takes more memory than it asked for ({fields.GetValueOrDefault("MinMemoryNode") ?? fields.GetValueOrDefault("MinMemoryCPU", "unknown")})",
        ". Ask for more (`slurm.memory`); the same command goes on from what it has saved.",
        IsNobodysFault: false);

    [GeneratedRegex(@"(?<name>\w+)=(?<value>\S*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Field();
}
