using Slipway.Imaging;
using Slipway.Pipeline.Caching;
using Slipway.Pipeline.Configuration;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// The sprite on every background. Reads: sprite, backgrounds. Parameters: the ranges, the seed of each picture.
/// Writes: <c>artifacts/dataset/{repeats}_{name}/000.png</c>, ….
/// </summary>
internal sealed class CompositesStage(StageContext context)
{
    private const int StoredTogether = 25;

    public Task<StageOutcome> RunAsync(StageRunner runner, DatasetPlan dataset, StageOutcome backgrounds, CancellationToken cancel)
    {
        var plan = context.Plan.Composites;
        var sprite = context.File("sprite", context.Plan.Sprite);
        var compositor = new Lazy<Compositor>(() => new Compositor(Picture.Load(context.PathOf(context.Plan.Sprite)), context.Plan.Sprite));
        var sources = backgrounds.Items.ToDictionary(item => item.Label, StringComparer.Ordinal);
        var stage = new Stage
        {
            Name = "Composites",
            CodeVersion = 1,
            OutputFolder = $"artifacts/dataset/{dataset.FolderName}",
            BatchSize = StoredTogether,
            Body = (batch, token) => Task.Run(
                () =>
                {
                    foreach (var work in batch)
                    {
                        token.ThrowIfCancellationRequested();
                        var label = work.Item.Label;
                        var background = Picture.Load(sources[label].Files[0].Path);
                        compositor.Value.Compose(background, plan.Options, SeedOf(plan, label)).Picture.SavePng(work.PathOf());
                    }
                },
                token),
        };
        var items = backgrounds.Items.Select(item => new StageItem(
            item.Label,
            [sprite, item.Entry("background"), FingerprintEntry.Parameter("seed", (long)SeedOf(plan, item.Label)), .. Entries(plan.Options)],
            [$"{item.Label}.png"]));
        return runner.RunAsync(stage, [.. items], cancel);
    }

    /// <summary>A seed of its own for every picture: the plan's in the upper half, the picture's number in the lower.</summary>
    private static ulong SeedOf(CompositesPlan plan, string label)
        => ((ulong)plan.Seed << 32) + ulong.Parse(label, System.Globalization.CultureInfo.InvariantCulture);

    internal static IEnumerable<FingerprintEntry> Entries(CompositeOptions options) =>
    [
        FingerprintEntry.Parameter("scale", $"{options.MinScale:R}–{options.MaxScale:R}"),
        FingerprintEntry.Parameter("x", $"{options.MinX:R}–{options.MaxX:R}"),
        FingerprintEntry.Parameter("y", $"{options.MinY:R}–{options.MaxY:R}"),
        FingerprintEntry.Parameter("flip", options.FlipProbability),
        FingerprintEntry.Parameter("rotation", options.MaxRotation),
        FingerprintEntry.Parameter("shadow_opacity", options.ShadowOpacity),
        FingerprintEntry.Parameter("shadow_softness", options.ShadowSoftness),
        FingerprintEntry.Parameter("feather", options.Feather),
        FingerprintEntry.Parameter("tone_match", options.ToneMatch),
    ];
}
