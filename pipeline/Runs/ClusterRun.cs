using System.Globalization;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Slurm;

namespace Slipway.Pipeline.Runs;

/// <summary>A plan's work on a cluster: what its jobs ask for, and what nodes start.</summary>
public static class ClusterRun
{
    /// <summary>What a job asks for that computes on a card, where the plan says nothing.</summary>
    internal const string Card = "gpu:1";

    /// <summary>Beside the weights: what loading and computing take.</summary>
    private const long Beside = 2L << 30;

    /// <summary>Who has the plan's jobs done; null: this process does them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="planFile">Full path of its file.</param>
    /// <param name="cache">What driver and nodes share.</param>
    /// <param name="nodes">What the nodes are; null where this process does the work.</param>
    /// <param name="memory">What a job needs of its device's memory, in bytes, where that is known better than from the model's files.</param>
    /// <param name="leaves">Whether jobs stay in the queue when this process is told to stop.</param>
    /// <param name="progress">Hears how far the work is.</param>
    internal static IExecutor? Of(Plan plan, string planFile, Cache cache, ClusterNodes? nodes, Func<JobNode, long?> memory, Func<int, bool>? leaves, IProgressSink progress)
    {
        if (nodes is null)
            return null;
        var setting = Setting(planFile, cache) with
        {
            FactsOf = nodes.Of,
            Complete = (resources, job) => Complete(plan, resources, job, memory(job.Node)),
            Leaves = leaves ?? (_ => false),
        };
        return new SlurmExecutor(plan.Slurm, setting, progress);
    }

    /// <summary>What the nodes are that the plan gives its work to; null where it gives none to any.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="planFile">Full path of its file.</param>
    /// <param name="cache">What driver and nodes share.</param>
    /// <param name="own">Facts about this machine.</param>
    /// <param name="progress">Hears what is asked.</param>
    internal static ClusterNodes? Nodes(Plan plan, string planFile, Cache cache, EnvironmentFacts own, IProgressSink progress) => plan.Executor != ExecutorName.Slurm
        ? null
        : new ClusterNodes(plan, own, new NodeProbe(Setting(planFile, cache), ClusterNodes.Program(own), TimeSpan.FromSeconds(plan.Slurm.Poll), progress));

    private static SlurmSetting Setting(string planFile, Cache cache) => new(cache.Workspace, cache.Root, Command(planFile)) { FactsOf = _ => EnvironmentFacts.None };

    /// <summary>Says what this machine is, for a driver elsewhere.</summary>
    /// <param name="file">Full path of the answer.</param>
    public static void Answer(string file) => ClusterNodes.Answer(file);

    /// <summary>Does the jobs of a task on a node: each whose result the store does not have yet, whatever becomes of the others.</summary>
    /// <param name="workspace">Full path of the folder in which inputs and store are.</param>
    /// <param name="file">Full path of the file with the keys, a line each.</param>
    /// <param name="log">Hears what there is to say.</param>
    /// <param name="cancel">Stops between items and training steps, with a checkpoint.</param>
    /// <exception cref="RunFailedException">Several jobs failed. Where one did, its own exception is thrown.</exception>
    public static async Task DoShardAsync(string workspace, string file, IProgressSink log, CancellationToken cancel)
    {
        using var progress = new TaskProgress(file + ".json", log);
        using var cache = SharedCache.Open(workspace, progress.Warn);
        using var live = new LiveObject();
        var loose = new LooseJob(cache, Facts.Read(), new RunLog(progress));
        var failures = new List<Exception>();
        foreach (var line in await File.ReadAllLinesAsync(file, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            if (!ContentHash.TryParse(line, out var key))
                throw new InvalidDataException($"'{file}' has a line that is no job's key: {line}");
            try
            {
                await loose.StoreAsync(LooseJob.Find(cache, key), JobKinds.All, live, cancel);
                progress.Done(key);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                failures.Add(exception);
                progress.Failed(key, exception is OtherMachineException
                    ? $"{exception.Message} This node is not as the one that was asked: ask for nodes of one kind (`slurm.sbatch`, such as `--constraint=…`), or remove {Cache.FolderName}/{NodeProbe.FolderName}, so that they are asked anew."
                    : exception.Message);
                live.Dispose();
            }
        }

        if (failures.Count > 0)
            throw failures is [var single] ? single : new RunFailedException(failures);
    }

    /// <summary>This program, as nodes start it: they see the same files.</summary>
    private static IReadOnlyList<string> Command(string planFile)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "slipway.dll");
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        return [dotnet, program, "--target=Job", $"--config={planFile}"];
    }

    /// <summary>What a job asks for: what the plan says, and where it says nothing what the job needs.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="resources">What it says of this kind of jobs.</param>
    /// <param name="job">The job.</param>
    /// <param name="needed">What it needs of its device's memory, in bytes; null: not known. On a card it is none of the node's.</param>
    internal static SlurmResources Complete(Plan plan, SlurmResources resources, HandedJob job, long? needed)
    {
        var bytes = plan.Device == "cpu" && needed > (job.Memory ?? 0) ? needed : job.Memory;
        return resources with
        {
            Gres = resources.Gres ?? (job.Node.Job.Environment.Contains(EnvironmentGroups.Cuda) ? Card : null),
            Cpus = resources.Cpus ?? (plan.Threads > 0 ? plan.Threads : null),
            Memory = resources.Memory ?? (bytes is { } known ? string.Create(CultureInfo.InvariantCulture, $"{((known * 5 / 4) + Beside) >> 20}M") : null),
        };
    }
}
