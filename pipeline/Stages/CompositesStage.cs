using Slipway.Engine.Caching;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Datasets;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// The sprite on every background. Reads: sprite, backgrounds. Parameters: the ranges, the seed of each picture.
/// Writes: <c>artifacts/dataset/{repeats}_{name}/000.png</c>, ….
/// </summary>
/// <param name="context">The plan's sprite.</param>
/// <param name="plan">How the sprite is placed.</param>
/// <param name="set">What they are for.</param>
internal sealed class CompositesStage(StageContext context, CompositesPlan plan, PictureSet set)
{
    private const int StoredTogether = 25;

    /// <summary>
    /// The stage's outputs and their captions as a dataset. Masks are drawn again from the same draws when a training asks for
    /// them: they are no outputs, so that composites stay what they are whoever learns from them.
    /// </summary>
    public Dataset Dataset(DatasetPlan dataset, StageOutcome composites, StageOutcome tags)
    {
        var sprite = new Lazy<Compositor>(() => new Compositor(Picture.Load(context.PathOf(context.Plan.Sprite)), context.Plan.Sprite));
        return new Dataset(
            dataset,
            [.. composites.Entries("image"), .. tags.Entries("caption")],
            [
                .. composites.Items.Zip(tags.Items).Where(pair => !pair.First.IsPending && !pair.Second.IsPending)
                    .Select(pair => new DatasetFile(pair.First.Files[0].Path, () => File.ReadAllText(pair.Second.Files[0].Path).Trim(), dataset.FolderName, dataset.NumRepeats)
                    {
                        Mask = picture => Picture.FromGrey(picture.Width, picture.Height, sprite.Value.Mask(picture.Width, picture.Height, plan.Options, SeedOf(plan, pair.First.Label))),
                    }),
            ])
        {
            Pending = composites.Items.Zip(tags.Items).Count(pair => pair.First.IsPending || pair.Second.IsPending),
            MaskEntries =
            [
                context.File("mask_sprite", context.Plan.Sprite),
                FingerprintEntry.Parameter("mask_seed", plan.Seed),
                .. Entries(plan.Options).Select(entry => entry with { Role = $"mask_{entry.Role}" }),
            ],
        };
    }

    /// <param name="runner">Runs it.</param>
    /// <param name="backgrounds">What the sprite is put on.</param>
    /// <param name="cancel">Stops between pictures.</param>
    public Task<StageOutcome> RunAsync(StageRunner runner, StageOutcome backgrounds, CancellationToken cancel)
    {
        var sprite = context.File("sprite", context.Plan.Sprite);
        var compositor = new Lazy<Compositor>(() => new Compositor(Picture.Load(context.PathOf(context.Plan.Sprite)), context.Plan.Sprite));
        var sources = backgrounds.Items.ToDictionary(item => item.Label, StringComparer.Ordinal);
        var stage = new Stage
        {
            Name = "Composites",
            Version = set.Label,
            CodeVersion = 1,
            OutputFolder = $"{context.Plan.ArtifactsFolder}/{set.Folder}",
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
