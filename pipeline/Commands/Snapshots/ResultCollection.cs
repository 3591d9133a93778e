using System.Globalization;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>Collects what a run of the whole plan left.</summary>
/// <param name="plan">The plan.</param>
/// <param name="planFile">Its file.</param>
/// <param name="graph">Its work.</param>
/// <param name="cache">Knows the hashes of files.</param>
/// <param name="facts">Facts about machine and libraries.</param>
internal sealed class ResultCollection(Plan plan, string planFile, PlanGraph graph, Cache cache, EnvironmentFacts facts)
{
    private const int MostFilesByName = 8;
    private static readonly string[] Extensions = [".png", ".webp", ".jpg"];

    /// <summary>The results.</summary>
    /// <param name="outcomes">What became of the stages.</param>
    /// <param name="overrides">Values of the command line by path.</param>
    public SnapshotResults From(IEnumerable<StageOutcome> outcomes, IReadOnlyDictionary<string, string> overrides)
    {
        var files = outcomes.SelectMany(outcome => outcome.Items).SelectMany(item => item.Files).DistinctBy(file => file.RelativePath).ToDictionary(file => file.RelativePath, StringComparer.Ordinal);
        var evaluation = File.ReadAllText(files[$"{plan.ArtifactsFolder}/evaluation.json"].Path);
        var samples = EvaluationDocument.Parse(evaluation, "evaluation.json").Samples
            .Where(sample => files.ContainsKey($"{plan.ArtifactsFolder}/{sample.File}"))
            .Select(sample => new ResultPicture(Path.ChangeExtension(sample.File, null), files[$"{plan.ArtifactsFolder}/{sample.File}"].Path, sample.Version, sample.Kind, sample.Seed));
        var folder = $"{plan.ArtifactsFolder}/";
        var grids = files.Values
            .Where(file => file.RelativePath.StartsWith($"{folder}grids/", StringComparison.Ordinal) && Extensions.Contains(Path.GetExtension(file.RelativePath)))
            .OrderBy(file => file.RelativePath, StringComparer.Ordinal)
            .Select(file => new ResultPicture(Path.ChangeExtension(file.RelativePath[folder.Length..], null), file.Path));
        return new SnapshotResults(Path.GetFileName(planFile), plan.Profile, Class(), PlanSettings.Read(planFile, plan.Profile, overrides), Inputs(), evaluation, [.. samples.DistinctBy(sample => sample.Name), .. grids], [.. graph.Jobs.Stages.Select(stage => stage.Label)]);
    }

    private SortedDictionary<string, string> Class() => new(
        facts.Entries([.. graph.Model.Environment, EnvironmentGroups.Skia, EnvironmentGroups.Onnx]).ToDictionary(entry => entry.Role, entry => entry.Description, StringComparer.Ordinal),
        StringComparer.Ordinal)
    {
        ["device"] = plan.Device,
        ["threads"] = graph.Model.Threads.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The user's files by what they are; of a folder with many of them one hash stands for all.</summary>
    private SortedDictionary<string, string> Inputs()
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        // The report reads the accepted figures, which are what is compared with, and decides nothing.
        var inputs = graph.Jobs.Stages.Where(stage => stage.Name != PlanReport.StageName).SelectMany(stage => stage.Jobs).SelectMany(job => job.Inputs).OfType<FileRef>().DistinctBy(file => file.Path);
        foreach (var group in inputs.GroupBy(file => (file.What, Folder: Path.GetDirectoryName(file.Path)!.Replace(Path.DirectorySeparatorChar, '/'))))
        {
            var hashes = group.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => (file.Path, Hash: cache.Hasher.TryHash(Path.Combine(cache.Workspace, file.Path))?.ToString() ?? "")).ToList();
            if (hashes.Count > MostFilesByName)
                found[$"{group.Key.What} {group.Key.Folder}/"] = ContentHash.Of(string.Join('\n', hashes.Select(file => $"{file.Hash} {file.Path}"))).ToString();
            else
                hashes.ForEach(file => found[$"{group.Key.What} {file.Path}"] = file.Hash);
        }

        return found;
    }
}
