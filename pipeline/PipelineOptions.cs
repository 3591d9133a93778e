using Slipway.Engine.Jobs;

namespace Slipway.Pipeline;

/// <summary>What a command line says beside the plan.</summary>
public sealed record PipelineOptions
{
    /// <summary>Name of the profile; null: the plan's default.</summary>
    public string? Profile { get; init; }

    /// <summary><c>cpu</c> or <c>cuda</c>, instead of the plan's; null: the plan's.</summary>
    public string? Device { get; init; }

    /// <summary><c>local</c> or <c>slurm</c>, instead of the plan's; null: the plan's.</summary>
    public string? Executor { get; init; }

    /// <summary>Whether jobs stay in a cluster's queue when this process is told to stop, by their number; null: they are cancelled.</summary>
    public Func<int, bool>? Leaves { get; init; }

    /// <summary>How many jobs run side by side at the most; null: as many as memory and cores allow.</summary>
    public int? Jobs { get; init; }

    /// <summary>Whether the lock file must say what the run gives: it ends where it would be changed.</summary>
    public bool Locked { get; init; }

    /// <summary>Facts about machine and libraries; null: those of this machine.</summary>
    public EnvironmentFacts? Facts { get; init; }
}
