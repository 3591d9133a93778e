using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>Which stages can be opened, one after the other as what they need gets done, and which of them is urgent.</summary>
internal sealed class StageOrder
{
    private readonly PriorityQueue<StageNode, int> _ready = new();
    private readonly Dictionary<string, int> _unmet = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<StageNode>> _after = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _ranks = new(StringComparer.Ordinal);

    /// <param name="graph">Says what each stage needs.</param>
    /// <param name="stages">Those to go through, each behind what it needs.</param>
    /// <param name="isDone">Whether a stage was gone through before.</param>
    public StageOrder(JobGraph graph, IReadOnlyList<StageNode> stages, Predicate<StageNode> isDone)
    {
        Stages = stages;
        for (var i = 0; i < stages.Count; i++)
        {
            var needs = graph.Needs(stages[i]);
            _places[stages[i].Label] = i;
            _after[stages[i].Label] = [];
            foreach (var need in needs.Where(need => _after.ContainsKey(need.Label)))
                _after[need.Label].Add(stages[i]);
            if (isDone(stages[i]))
                continue;
            // What needs a stage that failed is never ready.
            _unmet[stages[i].Label] = needs.Count(need => !isDone(need));
            if (_unmet[stages[i].Label] == 0)
                _ready.Enqueue(stages[i], i);
        }

        foreach (var stage in stages.Reverse())
            _ranks[stage.Label] = stage.Weight + _after[stage.Label].Select(later => _ranks[later.Label]).DefaultIfEmpty(0).Max();
    }

    /// <summary>Those to go through, each behind what it needs.</summary>
    public IReadOnlyList<StageNode> Stages { get; }

    /// <summary>Takes the next stage of which everything that it needs is done; null: none is ready.</summary>
    public StageNode? Next() => _ready.TryDequeue(out var stage, out _) ? stage : null;

    /// <summary>A stage is done: what waited for it alone gets ready.</summary>
    public void Done(StageNode stage)
    {
        foreach (var later in _after[stage.Label].Where(later => --_unmet[later.Label] == 0))
            _ready.Enqueue(later, _places[later.Label]);
    }

    /// <summary>What the work from a stage to the end comes to, on the longest way: that goes first.</summary>
    public double RankOf(StageNode stage) => _ranks[stage.Label];

    /// <summary>The same from the most urgent of the stages on that wait for this one alone; null: none does.</summary>
    public double? RankBehind(StageNode stage) =>
        _after[stage.Label].Where(later => _unmet.GetValueOrDefault(later.Label) == 1).Select(later => (double?)_ranks[later.Label]).Max();

    /// <summary>Where a stage stands among the others.</summary>
    public int PlaceOf(StageNode stage) => _places[stage.Label];
}
