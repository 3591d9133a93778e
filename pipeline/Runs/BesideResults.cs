using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Files;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Commands.Publishing;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Runs;

/// <summary>Where the record of a run lies, and what it says beside the stages.</summary>
/// <param name="Path">Relative to the workspace.</param>
/// <param name="Plan">Name of the plan's file.</param>
/// <param name="Time">What the run has taken so far.</param>
/// <param name="Facts">Of the environment.</param>
internal sealed record RunRecordPlace(string Path, string Plan, TimeSpan Time, EnvironmentFacts Facts);

/// <summary>
/// What an evaluation writes beside its results: it follows from them alone, or is about this run, so it is no part of any job's output
/// and is written anew each time.
/// </summary>
/// <param name="plan">The plan.</param>
/// <param name="cache">Knows what is laid out, and how long work took.</param>
/// <param name="outcomes">What became of the stages.</param>
internal sealed class BesideResults(Plan plan, Cache cache, IReadOnlyList<StageOutcome> outcomes)
{
    private readonly Dictionary<string, OutputFile> _files = outcomes.SelectMany(outcome => outcome.Items).SelectMany(item => item.Files)
        .DistinctBy(file => file.RelativePath).ToDictionary(file => file.RelativePath, StringComparer.Ordinal);

    /// <summary>Writes all of it.</summary>
    /// <param name="names">Versions and ensembles of the plan.</param>
    /// <param name="record">Where the record of the run goes.</param>
    /// <returns>Full path of the table of all versions; null where the plan wants none.</returns>
    public string? Write(IReadOnlyList<string> names, RunRecordPlace record)
    {
        var table = plan.Evaluation.Table is { } name ? WriteTable(name, names) : null;
        WriteRunRecord(record);
        WriteSidecars();
        return table;
    }

    /// <summary>The LoRA files of the stages that have run.</summary>
    public PublishedLoras Loras => new(plan, _files.Where(file => file.Key.StartsWith($"{plan.ArtifactsFolder}/", StringComparison.Ordinal)).ToDictionary(file => file.Key[(plan.ArtifactsFolder.Length + 1)..], file => file.Value, StringComparer.Ordinal));

    /// <summary>An output of the stages that have run, by its path in the folder of all outputs.</summary>
    public OutputFile? Find(string path) => _files.GetValueOrDefault($"{plan.ArtifactsFolder}/{path}");

    /// <summary>Versions beside each other with the time that each took.</summary>
    private string WriteTable(string name, IReadOnlyList<string> names)
    {
        var stages = outcomes.ToDictionary(outcome => outcome.Stage, StringComparer.Ordinal);
        var evaluation = stages["Evaluate"];
        var figures = Evaluation.Parse(File.ReadAllText(evaluation.Items[0].Files.First(file => file.Slot == 0).Path)).Versions;
        var table = new ComparisonTable();
        foreach (var version in names.Prepend(PlanGraph.Base))
        {
            var made = stages.GetValueOrDefault($"Train {version}") ?? stages.GetValueOrDefault($"Ensemble {version}");
            var measured = made?.Items[0].Files.FirstOrDefault(file => file.RelativePath.EndsWith($"logs/{version}/validation.json", StringComparison.Ordinal));
            table.Add(version, figures[version], measured is null ? null : KeptMeasurement.Parse(File.ReadAllText(measured.Path)), made is null ? null : TimeOf(made));
        }

        return Write("Table", evaluation.Fingerprint!.Value, $"{plan.ArtifactsFolder}/{name}.md", table.ToString());
    }

    /// <summary>What this run was like, beside the page of its results.</summary>
    private void WriteRunRecord(RunRecordPlace place)
    {
        var script = RunRecord.Of(place.Plan, plan.ArtifactsFolder, place.Time, outcomes, outcome => outcome.Items.Count == 1 ? TimeOf(outcome) : null, place.Facts, plan.Device).ToScript();
        Write("Run record", ContentHash.Of(script), place.Path, script);
    }

    /// <summary>Preview and user's metadata beside each LoRA, where web UIs look for them.</summary>
    private void WriteSidecars()
    {
        var evaluation = EvaluationDocument.Parse(File.ReadAllText(Find("evaluation.json")!.Path), "evaluation.json");
        var sidecars = new LoraSidecars(plan, evaluation, Find).All().ToList();
        foreach (var (sidecar, path) in sidecars.Select(sidecar => (sidecar, Path.Combine(cache.Workspace, sidecar.Path))).Where(one => cache.Hasher.TryHash(one.Item2) != one.sidecar.Hash))
        {
            cache.LaidOut.KeepEdited(path, sidecar.Hash);
            AtomicFile.Write(path, sidecar.Bytes());
        }

        cache.LaidOut.Replace("LoRA previews", ContentHash.Of(string.Join('\n', sidecars.Select(sidecar => $"{sidecar.Path} {sidecar.Hash}"))), sidecars.Select(sidecar => (sidecar.Path, sidecar.Hash)));
    }

    private string Write(string what, ContentHash key, string path, string text)
    {
        var full = Path.Combine(cache.Workspace, path);
        File.WriteAllText(full, text);
        cache.LaidOut.Replace(what, key, [(path, cache.Hasher.Hash(full))]);
        return full;
    }

    /// <summary>How long it took when it was made, whenever that was.</summary>
    private TimeSpan? TimeOf(StageOutcome outcome) =>
        cache.Actions.TryGetManifest(outcome.Fingerprint!.Value) is { } manifest ? cache.Actions.DurationOf(manifest.Items[0].Key) : null;
}
