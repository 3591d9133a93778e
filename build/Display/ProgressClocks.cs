namespace Slipway.Build.Display;

/// <summary>The stages that are under way, each with its pace, in the order in which they began.</summary>
/// <param name="clock">The time.</param>
internal sealed class ProgressClocks(TimeProvider clock)
{
    private readonly List<(string Stage, StageClock Clock, ProgressState? State)> _stages = [];

    /// <summary>How far the stages are that have said so.</summary>
    public IReadOnlyList<ProgressState> States => [.. _stages.Select(stage => stage.State).OfType<ProgressState>()];

    /// <summary>Takes what a stage says.</summary>
    /// <returns>Where it is, its clock, and whether it is another stage, or another count of the same.</returns>
    public (ProgressState State, StageClock Clock, bool IsNew) Take(string stage, int done, int all, string? detail)
    {
        var at = _stages.FindIndex(known => known.Stage == stage);
        if (at < 0)
        {
            at = _stages.Count;
            _stages.Add((stage, new StageClock(clock), null));
        }

        var own = _stages[at].Clock;
        var isNew = own.Start(stage, all, done);
        var state = own.State(done, detail);
        _stages[at] = (stage, own, state);
        return (state, own, isNew);
    }

    /// <summary>Takes a stage away, and says where it was; null where it had said nothing.</summary>
    public ProgressState? End(string stage)
    {
        var at = _stages.FindIndex(known => known.Stage == stage);
        if (at < 0)
            return null;
        var state = _stages[at].State;
        _stages.RemoveAt(at);
        return state;
    }
}
