using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Demo.Recipes;

namespace Slipway.Build.Tasks;

/// <summary>Trains the embedded base model and tagger again.</summary>
[TaskName("Models")]
[TaskDescription("Trains the embedded base model and tagger again (takes hours).")]
public sealed class ModelsTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context) =>
        Task.Run(() => new DemoModels(Path.Combine(context.Root, "datasets", "tiny-sdxl")).Run(context.Progress.Line), context.Cancel);
}
