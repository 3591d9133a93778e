namespace Slipway.Engine.Jobs;

/// <summary>
/// All work of a plan: stages in an order in which each comes after those that it needs. Everything that asks what there is to do walks
/// this one graph.
/// </summary>
public sealed class JobGraph
{
    private readonly Dictionary<string, JobNode> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StageNode> _stages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _needs = new(StringComparer.Ordinal);

    /// <param name="stages">In an order in which each comes after those that it needs.</param>
    /// <param name="fold">Makes equal what file systems take for the same name; null: those that differ by case alone.</param>
    /// <exception cref="ArgumentException">Two stages, jobs or outputs have one name, or a job needs one that comes later.</exception>
    public JobGraph(IReadOnlyList<StageNode> stages, Func<string, string>? fold = null)
    {
        Stages = stages;
        var places = new Places(fold ?? (path => path.ToUpperInvariant()));
        foreach (var stage in stages)
        {
            if (!_stages.TryAdd(stage.Label, stage))
                throw new ArgumentException($"There are two stages called {stage.Label}.", nameof(stages));
            var needs = new List<string>();
            foreach (var job in stage.Jobs)
            {
                needs.AddRange(job.Inputs.OfType<Ref>().Select(input => StageOf(input, job)));
                Claim(job, places);
            }

            foreach (var job in stage.Jobs)
            {
                if (!_jobs.TryAdd(job.Id, job))
                    throw new ArgumentException($"{stage.Label} has two items called {job.Label}.", nameof(stages));
            }

            _needs[stage.Label] = [.. needs.Distinct(StringComparer.Ordinal)];
        }
    }

    /// <summary>The stages, each after those that it needs.</summary>
    public IReadOnlyList<StageNode> Stages { get; }

    /// <summary>The job with this id.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public JobNode Job(string id) => _jobs[id];

    /// <summary>The stage with this label; null: there is none.</summary>
    public StageNode? Stage(string label) => _stages.GetValueOrDefault(label);

    /// <summary>The stages that a stage reads from, without those that these read from.</summary>
    public IReadOnlyList<StageNode> Needs(StageNode stage) => [.. _needs[stage.Label].Select(label => _stages[label])];

    /// <summary>Some stages with everything that they need, in the graph's order.</summary>
    public IReadOnlyList<StageNode> Closure(IEnumerable<StageNode> wanted)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<StageNode>(wanted);
        while (open.TryPop(out var stage))
        {
            if (found.Add(stage.Label))
                Needs(stage).ToList().ForEach(open.Push);
        }

        return [.. Stages.Where(stage => found.Contains(stage.Label))];
    }

    private string StageOf(Ref input, JobNode reader) => _jobs.TryGetValue(input.Job, out var job) && job.Job.Outputs.Any(output => output.Is(input.Output))
        ? job.Stage
        : throw new ArgumentException($"{reader.Id} reads {input.Output} of {input.Job}, which comes later or is not there.");

    private static void Claim(JobNode job, Places places)
    {
        if (job.Paths.Count != job.Job.Outputs.Count)
            throw new ArgumentException($"{job.Id} writes {job.Job.Outputs.Count} outputs, and there are places for {job.Paths.Count}.");
        foreach (var path in job.Paths)
        {
            if (places.Claim(path, job.Id) is { } other)
                throw new ArgumentException($"{job.Id} and {other} both write {path}.");
        }
    }

    /// <summary>The places of outputs, each with the job that writes there.</summary>
    private sealed class Places(Func<string, string> fold)
    {
        private readonly Dictionary<string, string> _claimed = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _above = new(StringComparer.Ordinal);

        /// <summary>Takes a place; the job that writes there, above it or below it already, else null.</summary>
        public string? Claim(string path, string job)
        {
            var place = fold(path.TrimEnd('/'));
            List<string> folders = [.. Enumerable.Range(0, place.Length).Where(i => place[i] == '/').Select(i => place[..i])];
            if ((_claimed.GetValueOrDefault(place) ?? _above.GetValueOrDefault(place) ?? folders.Select(folder => _claimed.GetValueOrDefault(folder)).FirstOrDefault(other => other is not null)) is { } other)
                return other;
            _claimed.Add(place, job);
            folders.ForEach(folder => _above.TryAdd(folder, job));
            return null;
        }
    }
}
