using System.Globalization;
using Slipway.Diffusion.Sampling;
using Slipway.Engine.Caching;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Sampling;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// Pictures from the base model: backgrounds, and those of the class with their prompts as captions. Reads: base model.
/// Parameters: a picture's prompt and seed, the sampling, the resolution. Writes: <c>artifacts/backgrounds/000.png</c>, …;
/// <c>artifacts/regularisation/{repeats}_{name}/000.png</c> and <c>.txt</c>, …. Every picture is an item of its own, and
/// goes through the UNet alone, so that its bytes do not depend on which others are missing.
/// </summary>
/// <param name="context">The plan's model and resolution.</param>
/// <param name="plan">Which.</param>
/// <param name="set">What they are for.</param>
internal sealed class DrawnPicturesStage(StageContext context, BackgroundsPlan plan, PictureSet set)
{
    private const int StoredTogether = 10;
    private readonly bool _captioned = set.IsCaptioned;

    /// <summary>The pictures and their captions as a dataset. Nothing in them is the subject, and nothing is masked.</summary>
    public static Dataset Dataset(DatasetPlan dataset, StageOutcome pictures) => new(
        dataset,
        [.. pictures.Entries("image"), .. pictures.Entries("caption", slot: 1)],
        [
            .. pictures.Items.Where(item => !item.IsPending)
                .Select(item => new DatasetFile(item.Files[0].Path, () => File.ReadAllText(item.Files[1].Path), dataset.FolderName, dataset.NumRepeats)),
        ])
    {
        Pending = pictures.Items.Count(item => item.IsPending),
    };

    public Task<StageOutcome> RunAsync(StageRunner runner, CancellationToken cancel)
    {
        var requests = Enumerable.Range(0, plan.Count).ToDictionary(Label, Request, StringComparer.Ordinal);
        var stage = new Stage
        {
            Name = _captioned ? "Regularisation" : "Backgrounds",
            Version = set.Label,
            CodeVersion = 2,
            OutputFolder = $"{context.Plan.ArtifactsFolder}/{set.Folder}",
            BatchSize = StoredTogether,
            Body = (batch, token) => Task.Run(() => Draw(batch, requests, token), token),
        };
        return runner.RunAsync(stage, [.. requests.Select(pair => Item(pair.Key, pair.Value))], cancel);
    }

    private static string Label(int index) => index.ToString("D3", CultureInfo.InvariantCulture);

    private SamplingRequest Request(int index)
    {
        var side = context.Plan.Resolution;
        return new SamplingRequest(plan.Prompts[index % plan.Prompts.Count].Prompt, plan.Sampling.NegativePrompt, plan.Seed + index, side, side);
    }

    private StageItem Item(string label, SamplingRequest request) => new(
        label,
        [
            FingerprintEntry.Parameter("prompt", request.Prompt),
            FingerprintEntry.Parameter("seed", request.Seed),
            .. plan.Sampling.Entries(context.Plan.Resolution),
            .. context.ModelEntries.Value,
        ],
        _captioned ? [$"{label}.png", $"{label}.txt"] : [$"{label}.png"]);

    private void Draw(IReadOnlyList<StageWork> batch, IReadOnlyDictionary<string, SamplingRequest> requests, CancellationToken cancel)
    {
        new PictureSeries(context.Model.Value, context.Identity, loras: [], context.Progress.Line).Draw(
            [.. batch.Select(work => requests[work.Item.Label])],
            plan.Sampling.Options(batchSize: 1),
            [.. batch.Select(work => work.PathOf())],
            progress: null,
            cancel);
        foreach (var work in batch.Where(_ => _captioned))
            File.WriteAllText(work.PathOf(1), requests[work.Item.Label].Prompt);
    }
}
