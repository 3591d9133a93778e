using System.Globalization;
using Slipway.Diffusion;
using Slipway.Pipeline.Caching;
using Slipway.Pipeline.Configuration;
using Slipway.Pipeline.Sampling;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// Backgrounds from the base model. Reads: base model. Parameters: a picture's prompt and seed, the sampling,
/// the resolution. Writes: <c>artifacts/backgrounds/000.png</c>, …. Every picture is an item of its own, and goes
/// through the UNet alone, so that its bytes do not depend on which others are missing.
/// </summary>
/// <param name="context">The plan's model and resolution.</param>
/// <param name="plan">Which.</param>
/// <param name="set">What they are for.</param>
internal sealed class BackgroundsStage(StageContext context, BackgroundsPlan plan, PictureSet set)
{
    private const int StoredTogether = 10;

    public Task<StageOutcome> RunAsync(StageRunner runner, CancellationToken cancel)
    {
        var requests = Enumerable.Range(0, plan.Count).ToDictionary(Label, Request, StringComparer.Ordinal);
        var stage = new Stage
        {
            Name = "Backgrounds",
            Version = set.Label,
            CodeVersion = 2,
            OutputFolder = set.Folder,
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
        [$"{label}.png"]);

    private void Draw(IReadOnlyList<StageWork> batch, IReadOnlyDictionary<string, SamplingRequest> requests, CancellationToken cancel)
    {
        new PictureSeries(context.Model.Value, context.Identity, loras: [], context.Progress.Line).Draw(
            [.. batch.Select(work => requests[work.Item.Label])],
            plan.Sampling.Options(batchSize: 1),
            [.. batch.Select(work => work.PathOf())],
            progress: null,
            cancel);
    }
}
