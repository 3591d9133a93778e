using Slipway.Imaging;
using Slipway.Pipeline.Caching;
using Slipway.Pipeline.Configuration;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// The sprite alone on one colour, and its caption. Reads: sprite. Parameters: colour, caption, resolution, and the
/// composites' range of sizes, whose middle it takes. Writes: <c>artifacts/dataset/160_sail_kun/sail_kun.png</c>
/// and <c>.txt</c>.
/// </summary>
internal sealed class FlatPictureStage(StageContext context)
{
    public Task<StageOutcome> RunAsync(StageRunner runner, DatasetPlan dataset, CancellationToken cancel)
    {
        var plan = context.Plan;
        var scale = (plan.Composites.Options.MinScale + plan.Composites.Options.MaxScale) / 2;
        var caption = dataset.Caption ?? plan.TriggerWord;
        var shade = dataset.Alpha == AlphaPolicy.Black ? (byte)0 : (byte)255;
        var stage = new Stage
        {
            Name = "Composites",
            Version = dataset.Key,
            CodeVersion = 1,
            OutputFolder = $"artifacts/dataset/{dataset.FolderName}",
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
