using System.Text;

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
    /// <exception cref="ArgumentException">Two stages, jobs or outputs have one name, or a job needs one that comes later.</exception>
    public JobGraph(IReadOnlyList<StageNode> stages)
    {
        Stages = stages;
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var stage in stages)
        {
            if (!_stages.TryAdd(stage.Label, stage))
                throw new ArgumentException($"There are two stages called {stage.Label}.", nameof(stages));
            var needs = new List<string>();
            foreach (var job in stage.Jobs)
            {
                needs.AddRange(JobFingerprint.InputsOf(job.Job).OfType<Ref>().Select(input => StageOf(input, job)));
                Claim(job, paths);
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

    private string StageOf(Ref input, JobNode reader) => _jobs.TryGetValue(input.Job, out var job) && job.Job.Outputs.Any(output => output.Name == input.Output && !output.IsFolder)
        ? job.Stage
        : throw new ArgumentException($"{reader.Id} reads {input.Output} of {input.Job}, which comes later or is not there.");

    // Equal to a file system that ignores case, or composes accents, is equal.
    private static void Claim(JobNode job, Dictionary<string, string> paths)
    {
        if (job.Paths.Count != job.Job.Outputs.Count)
            throw new ArgumentException($"{job.Id} writes {job.Job.Outputs.Count} outputs, and there are places for {job.Paths.Count}.");
        foreach (var path in job.Paths)
        {
            if (!paths.TryAdd(path.Normalize(NormalizationForm.FormC).ToUpperInvariant(), job.Id))
                throw new ArgumentException($"{job.Id} and {paths[path.Normalize(NormalizationForm.FormC).ToUpperInvariant()]} both write {path}.");
        }
    }
}
