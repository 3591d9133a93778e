using System.Globalization;
using Slipway.Engine.Caching;
using Slipway.Imaging.Grids;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// Grids and figures across versions. Reads: all samples, sprite, tagger. Writes: <c>artifacts/evaluation.json</c>,
/// <c>artifacts/grids/versions.png</c> (a row a version, strength 0 first; a column a background) and one grid a
/// version with all seeds; where a table is asked for, <c>artifacts/grids/{table}.png</c>, the first with few backgrounds.
/// </summary>
internal sealed class EvaluationStage(StageContext context)
{
    private const int CellSize = 192;
    private const int FewBackgrounds = 5;

    /// <param name="runner">Runs or reuses.</param>
    /// <param name="samples">The samples of each version, the base model's first.</param>
    /// <param name="cancel">Looked at between versions.</param>
    public Task<StageOutcome> RunAsync(StageRunner runner, IReadOnlyList<(string Version, StageOutcome Samples)> samples, CancellationToken cancel)
    {
        var plan = context.Plan.Evaluation;
        var stage = new Stage
        {
            Name = "Evaluate",
            CodeVersion = 1,
            OutputFolder = context.Plan.ArtifactsFolder,
            Body = (batch, token) => Task.Run(() => Evaluate(batch[0], samples, token), token),
        };
        var files = SamplesStage.Names(plan).ToArray();
        var item = new StageItem(
            "evaluation",
            [
                .. samples.SelectMany(version => files.Select((name, slot) => version.Samples.Items[0].Entry($"samples/{version.Version}/{name}", slot))),
                context.File("sprite", context.Plan.Sprite),
                .. context.TaggerEntries,
                FingerprintEntry.Parameter("prompts", plan.Prompts.SelectMany(prompt => new[] { prompt.Kind, prompt.Prompt })),
                FingerprintEntry.Parameter("seeds", plan.Seeds.Select(seed => $"{seed}")),
                FingerprintEntry.Parameter("versions", samples.Select(version => version.Version)),
                FingerprintEntry.Parameter("footer", Footer()),
                .. plan.Table is { } table ? [FingerprintEntry.Parameter("table", table)] : Array.Empty<FingerprintEntry>(),
            ],
            ["evaluation.json", "grids/versions.png", .. samples.Select(version => $"grids/{version.Version}.png"), .. plan.Table is null ? Array.Empty<string>() : [$"grids/{plan.Table}.png"]]);
        return runner.RunAsync(stage, item, cancel);
    }

    private void Evaluate(StageWork work, IReadOnlyList<(string Version, StageOutcome Samples)> samples, CancellationToken cancel)
    {
        var plan = context.Plan.Evaluation;
        var kinds = plan.Prompts.Select(prompt => prompt.Kind).ToArray();
        var detector = new MascotDetector(Picture.Load(context.PathOf(context.Plan.Sprite)));
        using var tagger = context.OpenTagger();
        var pictures = samples.Select(version => (version.Version, Pictures: Load(version.Samples, kinds))).ToArray();
        var measures = new List<SampleMeasures>();
        foreach (var (version, list) in pictures)
        {
            cancel.ThrowIfCancellationRequested();
            measures.AddRange(Evaluation.Measure(version, list, tagger, detector));
        }

        File.WriteAllText(work.PathOf(), Evaluation.Of(measures).ToJson());
        Grid.Draw(VersionsGrid(kinds, [.. Enumerable.Range(0, kinds.Length)], pictures)).SavePng(work.PathOf(1));
        for (var i = 0; i < pictures.Length; i++)
        {
            Grid.Draw(VersionGrid(pictures[i].Version, kinds, [.. pictures[i].Pictures.Select(item => item.Picture)])).SavePng(work.PathOf(2 + i));
        }

        if (plan.Table is not null)
        {
            var few = Math.Min(FewBackgrounds, kinds.Length);
            Grid.Draw(VersionsGrid(kinds, [.. Enumerable.Range(0, few).Select(i => i * kinds.Length / few)], pictures)).SavePng(work.PathOf(2 + pictures.Length));
        }
    }

    /// <summary>A row a version, a column a background, of the first seed.</summary>
    private GridSpec VersionsGrid(string[] kinds, int[] columns, IReadOnlyList<(string Version, (string Kind, Picture Picture)[] Pictures)> versions)
    {
        var seeds = context.Plan.Evaluation.Seeds;
        return new GridSpec(
            $"{context.Plan.Name}: versions × backgrounds",
            [.. versions.Select(version => version.Version)],
            [.. columns.Select(column => kinds[column])],
            [.. versions.Select(version => (IReadOnlyList<Picture>)[.. columns.Select(column => version.Pictures[column * seeds.Count].Picture)])],
            $"seed {seeds[0]} everywhere, {Footer()}",
            CellSize);
    }

    private GridSpec VersionGrid(string version, string[] kinds, Picture[] pictures)
    {
        var seeds = context.Plan.Evaluation.Seeds;
        return new GridSpec(
            $"{context.Plan.Name} {version}",
            [.. seeds.Select(seed => $"seed {seed}")],
            kinds,
            [.. seeds.Select((_, row) => (IReadOnlyList<Picture>)[.. kinds.Select((_, column) => pictures[(column * seeds.Count) + row])])],
            Footer(),
            CellSize);
    }

    private (string Kind, Picture Picture)[] Load(StageOutcome samples, string[] kinds)
        => [.. samples.Items[0].Files.OrderBy(file => file.Slot)
            .Select((file, i) => (kinds[i / context.Plan.Evaluation.Seeds.Count], Picture.Load(file.Path)))];

    private string Footer()
    {
        var sampling = context.Plan.Evaluation.Sampling;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sampling.Sampler}, {sampling.Steps} steps, guidance {sampling.Guidance}, negative prompt \"{sampling.NegativePrompt}\"");
    }
}
