using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Commands.Origins;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Training.Metadata;

namespace Slipway.Pipeline.Runs;

/// <summary>Makes a LoRA once more without the cache, and compares: with what this run has, or with a file that claims to be the same.</summary>
/// <param name="cache">Its records say what else a file was made of.</param>
/// <param name="graph">The plan's work.</param>
/// <param name="run">Makes what a training reads.</param>
internal sealed class ReproductionRun(Cache cache, PlanGraph graph, GraphRun run)
{
    /// <summary>Trains a version again, which has been trained in this run; null when the bytes are the same, else what differs.</summary>
    public async Task<string?> AgainAsync(string version, CancellationToken cancel)
    {
        var stage = graph.Lora(version);
        var known = run.Outcomes.Single(outcome => outcome.Stage == stage.Label).Items[0].Files;
        return await AgainAsync(
            stage.Jobs[0],
            again =>
            {
                var different = again.Select(file => (Again: file, Known: known.Single(old => old.RelativePath == file.RelativePath)))
                    .Where(pair => pair.Known.Hash != pair.Again.Hash).ToArray();
                return different.Length == 0 ? null : string.Join(", ", different.Select(pair => Different(pair.Known, pair.Again)));
            },
            cancel);
    }

    /// <summary>
    /// Compares what a file says that it was made of with what is here; where all of it is the same, makes it again. Where files of the user's are missing nothing runs.
    /// </summary>
    /// <param name="file">Full path of the file.</param>
    /// <param name="names">Versions and ensembles of the plan.</param>
    /// <param name="cancel">Stops cleanly between items and training steps.</param>
    /// <exception cref="InvalidDataException">The file does not say what it was made of.</exception>
    /// <exception cref="ArgumentException">No version of the plan has its name.</exception>
    public async Task<Reproduction> FileAsync(string file, IReadOnlyList<string> names, CancellationToken cancel)
    {
        var claim = LoraClaim.TryRead(file) ?? throw new InvalidDataException($"'{file}' does not say what it was made of: it is no LoRA of Slipway's, or its `slipway.*` metadata was taken away.");
        var name = names.FirstOrDefault(name => LabelOf(name) == claim.Name)
            ?? throw new ArgumentException($"'{file}' was made as `{claim.Name}`, and nothing in the plan makes a LoRA of that name; it makes {string.Join(", ", names.Select(LabelOf))}.");
        var stage = graph.Lora(name);
        var job = stage.Jobs[0];
        var settings = job.Job is TrainJob training ? LoraMetadata.OfOptions(training.Training) : new Dictionary<string, string>(StringComparer.Ordinal);
        if (Missing(stage) is { Count: > 0 } missing)
            return new Reproduction(name, [.. missing, .. claim.Differences(settings)], null);
        await run.RunAsync(graph.Jobs.Needs(stage), cancel);
        var now = run.Entries(job);
        if (new Fingerprint(now).Key != claim.Key)
        {
            var then = cache.Actions.TryGet(claim.Key)?.Entries;
            return new Reproduction(name, then is null ? claim.Differences(now, settings) : [.. FingerprintChanges.Find(then, now).Select(change => change.ToString())], null);
        }

        var bytes = await AgainAsync(
            job,
            again => again.Single(made => made.RelativePath == job.Paths[0]) is var lora && lora.Hash == cache.Hasher.Hash(file) ? null : $"{TensorDifference.Of(file, lora.Path)}",
            cancel);
        return new Reproduction(name, [], bytes);
    }

    private IReadOnlyList<string> Missing(StageNode stage) => Inputs.Shortened(
    [
        .. graph.Jobs.Closure([stage]).SelectMany(needed => needed.Jobs).SelectMany(job => job.Inputs).OfType<FileRef>().Distinct()
            .Select(file => Inputs.Problem(file, cache.Workspace)).OfType<string>(),
    ]);

    /// <summary>Does a job once more, in a folder that is gone afterwards, and compares what it gave.</summary>
    private async Task<string?> AgainAsync(JobNode job, Func<IReadOnlyList<OutputFile>, string?> compare, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("slipway-reproduce-").FullName;
        try
        {
            return compare(await run.RunAgainAsync(job, folder, cancel));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string LabelOf(string name) => graph.Lora(name).Jobs[0].Label;

    private static string Different(OutputFile known, OutputFile again) => known.RelativePath.EndsWith(".safetensors", StringComparison.Ordinal)
        ? $"{known.RelativePath} ({TensorDifference.Of(known.Path, again.Path)})"
        : known.RelativePath;
}
