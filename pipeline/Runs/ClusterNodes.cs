using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Slurm;

namespace Slipway.Pipeline.Runs;

/// <summary>What the nodes of a plan's cluster are, which is part of the keys of what they do: a node of another kind refuses the job.</summary>
/// <param name="plan">The plan.</param>
/// <param name="own">Facts about this machine: what holds of nodes that have not been asked.</param>
/// <param name="probe">Asks nodes.</param>
internal sealed class ClusterNodes(Plan plan, EnvironmentFacts own, NodeProbe probe)
{
    private const string Train = "train";
    private static readonly string[] GroupNames = [EnvironmentGroups.Torch, EnvironmentGroups.Cuda, EnvironmentGroups.Skia, EnvironmentGroups.Onnx, EnvironmentGroups.Slipway];
    private readonly Dictionary<string, EnvironmentFacts> _facts = new(StringComparer.Ordinal);

    /// <summary>Of what the answers depend on beside nodes: libraries, versions, and variables that come along with a job.</summary>
    public static string Program(EnvironmentFacts facts) => string.Join('\n', GroupNames.SelectMany(facts.Group).Select(fact => $"{fact.Key}={fact.Value}"));

    /// <summary>Writes what this machine is: what a node does that is asked.</summary>
    /// <param name="file">Full path of the answer.</param>
    public static void Answer(string file)
    {
        var facts = Facts.Read();
        new NodeFacts(GroupNames.ToDictionary(name => name, facts.Group, StringComparer.Ordinal), ProcessorFacts.Read().Threads(0)).Write(file);
    }

    /// <summary>Facts about the nodes that do a job.</summary>
    public EnvironmentFacts Of(JobNode job) => Of(SlurmOptions.NameOf(job.Job.Kind.Name));

    /// <summary>Threads that compute there where the plan names no number; null: nobody knows.</summary>
    public int? Threads => plan.Threads > 0 ? plan.Threads : plan.Slurm.Of(Train).Cpus ?? probe.Known(Asked(Train))?.Threads;

    /// <summary>Whether nodes of each kind have said what they are; else this machine's facts stand for theirs.</summary>
    public bool AreKnown => Kinds.All(resources => probe.Known(resources) is not null);

    /// <summary>Asks nodes of each kind that has not been asked.</summary>
    public async Task AskAsync(CancellationToken cancel)
    {
        foreach (var resources in Kinds)
            await probe.AskAsync(resources, cancel);
        lock (_facts)
            _facts.Clear();
    }

    private IEnumerable<SlurmResources> Kinds => JobKinds.Names.Where(kind => !plan.Slurm.Here.Contains(kind, StringComparer.Ordinal)).Select(Asked).DistinctBy(resources => string.Join('\n', resources.Lines));

    private EnvironmentFacts Of(string kind)
    {
        lock (_facts)
        {
            if (!_facts.TryGetValue(kind, out var facts))
                _facts.Add(kind, facts = probe.Known(Asked(kind)) is { } known ? new EnvironmentFacts(known.Groups) : own);
            return facts;
        }
    }

    // Time and memory choose no node.
    private SlurmResources Asked(string kind)
    {
        var resources = plan.Slurm.Of(kind);
        return resources with
        {
            Time = null,
            Memory = null,
            Gres = resources.Gres ?? (plan.Device == "cpu" ? null : ClusterRun.Card),
            Cpus = resources.Cpus ?? (plan.Threads > 0 ? plan.Threads : null),
        };
    }
}
