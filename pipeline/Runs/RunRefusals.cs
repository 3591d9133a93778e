using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Runs;

/// <summary>What keeps a run from beginning: nothing has run yet, and nothing is lost.</summary>
/// <param name="cache">The workspace's.</param>
/// <param name="plan">Whose stages would run.</param>
/// <param name="graph">All of them.</param>
/// <param name="lockFile">The plan's.</param>
internal sealed class RunRefusals(Cache cache, Plan plan, JobGraph graph, LockFile lockFile)
{
    /// <summary>Looks at what is there of other plans, of the hub and of the user's where outputs go, and at a lock file that must not change.</summary>
    /// <param name="wanted">What would run.</param>
    /// <param name="run">Knows what would become of it.</param>
    /// <exception cref="ArgumentException">Another plan's output lies in the place of one of this plan's.</exception>
    /// <exception cref="InvalidDataException">A folder lies where a file of the outputs belongs, or a file where a folder does.</exception>
    /// <exception cref="DifferenceException">A file of the hub is another than the plan says, or the lock file is not as a run writes it and is locked.</exception>
    public void Refuse(IReadOnlyList<StageNode> wanted, GraphRun run)
    {
        RefuseHeld(wanted, run);
        RefuseOthers();
        new OutputPlaces(cache.Workspace, plan.ArtifactsFolder).RequireFree(wanted.SelectMany(stage => stage.Jobs).SelectMany(job => job.Paths));
        if (lockFile is { Locked: true, Oddity: { } oddity })
            throw new DifferenceException($"The lock file {lockFile.Name} is not as a run writes it: {oddity}. A run without --locked writes it anew.");
    }

    /// <summary>An output that another plan holds.</summary>
    private void RefuseHeld(IReadOnlyList<StageNode> wanted, GraphRun run)
    {
        var held = new HeldOutputs(cache);
        if (!held.Any)
            return;
        held.Refuse(
            from outcome in run.Look(wanted)
            from pair in graph.Stage(outcome.Stage)!.Jobs.Zip(outcome.Items)
            from place in pair.First.Paths.SelectMany((path, slot) => Places(path, [.. pair.Second.Files.Where(file => file.Slot == slot)]))
            select place);
    }

    // A folder whose files are known is told file by file.
    private static IEnumerable<(string Path, ContentHash? Hash)> Places(string path, IReadOnlyList<OutputFile> files) =>
        files.Count == 0 ? [(path, null)] : files.Select(file => (file.RelativePath, (ContentHash?)file.Hash));

    /// <summary>Files of the hub that are not those which the plan, or its lock file, says.</summary>
    private void RefuseOthers()
    {
        string[] others =
        [
            .. from file in plan.Fetched
               where file.File.Hash is not null
               let found = cache.Hasher.TryHash(file.Path)
               where found is not null && found != file.File.Hash
               select HubPlaces.OtherBytes(file.Path, file.File, found.Value, "run ./build.sh --target=Fetch"),
        ];
        if (others.Length > 0)
            throw new DifferenceException(string.Join('\n', others));
    }
}
