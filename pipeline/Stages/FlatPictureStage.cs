using Slipway.Engine.Caching;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Datasets;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// The sprite alone on one colour, and its caption. Reads: sprite. Parameters: colour, caption, resolution, and the
/// composites' range of sizes, whose middle it takes. Writes: <c>artifacts/dataset/160_sail_kun/sail_kun.png</c>
/// and <c>.txt</c>.
/// </summary>
internal sealed class FlatPictureStage(StageContext context)
{
    /// <summary>The stage's outputs as a dataset.</summary>
    public Dataset Dataset(DatasetPlan dataset, StageOutcome flat)
    {
        var sprite = new Lazy<Compositor>(() => new Compositor(Picture.Load(context.PathOf(context.Plan.Sprite)), context.Plan.Sprite));
        return new Dataset(
            dataset,
            [.. flat.Entries("image"), .. flat.Entries("caption", slot: 1)],
            [
                .. flat.Items.Where(item => !item.IsPending).Select(item => new DatasetFile(item.Files[0].Path, () => File.ReadAllText(item.Files[1].Path).Trim(), dataset.FolderName, dataset.NumRepeats)
                {
                    Mask = picture => Picture.FromGrey(picture.Width, picture.Height, sprite.Value.MaskOnFlat(picture.Height, Scale(context.Plan))),
                }),
            ])
        {
            Pending = flat.Items.Count(item => item.IsPending),
            MaskEntries = [context.File("mask_sprite", context.Plan.Sprite), FingerprintEntry.Parameter("mask_scale", Scale(context.Plan))],
        };
    }

    private static double Scale(Plan plan) => (plan.Composites.Options.MinScale + plan.Composites.Options.MaxScale) / 2;

    public Task<StageOutcome> RunAsync(StageRunner runner, DatasetPlan dataset, CancellationToken cancel)
    {
        var plan = context.Plan;
        var scale = Scale(plan);
        var caption = dataset.Caption ?? plan.TriggerWord;
        var shade = dataset.Alpha == AlphaPolicy.Black ? (byte)0 : (byte)255;
        var stage = new Stage
        {
            Name = "Composites",
            Version = dataset.Key,
            CodeVersion = 1,
            OutputFolder = $"{context.Plan.ArtifactsFolder}/dataset/{dataset.FolderName}",
            Body = (batch, _) =>
            {
                var compositor = new Compositor(Picture.Load(context.PathOf(plan.Sprite)), plan.Sprite);
                compositor.OnFlat(plan.Resolution, scale, shade, shade, shade).SavePng(batch[0].PathOf());
                return File.WriteAllTextAsync(batch[0].PathOf(1), caption, CancellationToken.None);
            },
        };
        var item = new StageItem(
            plan.Name,
            [
                context.File("sprite", plan.Sprite),
                FingerprintEntry.Parameter("alpha", $"{dataset.Alpha}"),
                FingerprintEntry.Parameter("caption", caption),
                FingerprintEntry.Parameter("scale", scale),
                FingerprintEntry.Parameter("resolution", plan.Resolution),
            ],
            [$"{plan.Name}.png", $"{plan.Name}.txt"]);
        return runner.RunAsync(stage, item, cancel);
    }
}
