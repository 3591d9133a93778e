using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>How a graph is gone through. Nothing of it changes a byte of any result, but for what is part of the keys.</summary>
public sealed record RunOptions
{
    /// <summary>The plan's profile: its history, and its lines in the lock file.</summary>
    public required string Profile { get; init; }

    /// <summary>The user's addition to every key; empty for none.</summary>
    public string Salt { get; init; } = "";

    /// <summary>Facts about machine and libraries.</summary>
    public EnvironmentFacts Facts { get; init; } = EnvironmentFacts.None;

    /// <summary>Has jobs done by other processes; null: this one does all.</summary>
    public IExecutor? Executor { get; init; }

    /// <summary>How many jobs this process does at a time, at the most.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>
    /// Free memory in bytes, asked once before the first job runs: jobs that say what they need run side by side as far as it goes. Null:
    /// nobody knows.
    /// </summary>
    public Func<long?> FreeMemory { get; init; } = () => null;

    /// <summary>
    /// Awaited before the first job of a stage runs. What it throws ends the run before that stage has begun.
    /// </summary>
    public Func<StageNode, CancellationToken, Task> Before { get; init; } = (_, _) => Task.CompletedTask;
}
