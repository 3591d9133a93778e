namespace Slipway.Engine.Execution;

/// <summary>
/// Stages whose jobs are about to be queued: what they need is being stored, or they are being prepared. A worker that is free had better
/// wait that moment for an urgent one, since what it takes instead may keep it for minutes.
/// </summary>
internal sealed class ComingStages(StageOrder order)
{
    private readonly HashSet<StageRun> _prepared = [];
    private readonly Dictionary<StageRun, int> _storing = [];

    /// <summary>What the longest way to the end comes to from the most urgent of them on; null: none comes.</summary>
    public double? Rank => _prepared.Select(run => (double?)order.RankOf(run.Node))
        .Concat(_storing.Where(storing => storing.Value == storing.Key.Left).Select(storing => order.RankBehind(storing.Key.Node)))
        .Max();

    /// <summary>A stage is being prepared.</summary>
    public void Prepare(StageRun run) => _prepared.Add(run);

    /// <summary>Its jobs are queued, or nobody knows when they will be.</summary>
    public void Leave(StageRun run) => _prepared.Remove(run);

    /// <summary>What a job of the stage has made is being stored.</summary>
    public void Store(StageRun run) => _storing[run] = _storing.GetValueOrDefault(run) + 1;

    /// <summary>It is stored, or could not be.</summary>
    public void Stored(StageRun run)
    {
        if (--_storing[run] == 0)
            _storing.Remove(run);
    }
}
