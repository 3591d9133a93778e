namespace Slipway.Engine.Jobs;

/// <summary>
/// A piece of work as a value: an immutable record whose members say everything that its result depends on. The key is derived from
/// them (<see cref="JobFingerprint"/>), so what is not in the record must not be read: everything goes through <see cref="JobIo"/>.
/// </summary>
public interface IJob
{
    /// <summary>What the job is, and the number of its code.</summary>
    JobKind Kind { get; }

    /// <summary>The groups of facts about machine and libraries that can change its bytes, by name, see <see cref="EnvironmentFacts"/>.</summary>
    IReadOnlyList<string> Environment { get; }

    /// <summary>What it writes, in order.</summary>
    IReadOnlyList<JobOutput> Outputs { get; }

    /// <summary>Does the work.</summary>
    /// <param name="io">Everything that it may read and write.</param>
    void Run(JobIo io);
}
