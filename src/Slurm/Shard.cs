using Slipway.Engine.Execution;

namespace Slipway.Slurm;

/// <summary>Jobs of one stage that one task does, one after the other.</summary>
/// <param name="Stage">Label of the stage.</param>
/// <param name="Jobs">The jobs.</param>
internal sealed record Shard(string Stage, IReadOnlyList<HandedJob> Jobs)
{
    private const int SideBySide = 32;
    private const int Most = 250;

    /// <summary>
    /// Splits jobs into shards: a stage's jobs stay in their order and are not mixed with another's. So a training, which is a stage of its
    /// own, has a task of its own, and pictures share the time that it takes to load a model.
    /// </summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="size">Jobs in a shard; null: so many that a stage has 32 shards, at most 250.</param>
    public static IReadOnlyList<Shard> Split(IEnumerable<HandedJob> jobs, int? size) =>
    [
        .. from stage in jobs.GroupBy(job => job.Node.Stage, StringComparer.Ordinal)
           let count = stage.Count()
           from some in stage.Chunk(size ?? Math.Clamp((count + SideBySide - 1) / SideBySide, 1, Most))
           select new Shard(stage.Key, some),
    ];
}
