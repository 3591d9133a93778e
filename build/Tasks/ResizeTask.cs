using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Pipeline.Commands.LoraFiles;
using Slipway.Pipeline.Plans;

namespace Slipway.Build.Tasks;

/// <summary>Brings a LoRA to another --rank, outside the plan.</summary>
[TaskName("Resize")]
[TaskDescription("Brings a LoRA to another --rank.")]
public sealed class ResizeTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context) =>
        Task.Run(() => LoraFileRun.Resize(context.Folder, context.Root, PlanOutline.Artifacts(context.PlanFile, context.Option("profile")), ResizeRequest.Read(context.Options), context.Progress, context.Cancel), context.Cancel);
}
