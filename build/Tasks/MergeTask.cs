using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Pipeline.Commands.LoraFiles;
using Slipway.Pipeline.Plans;

namespace Slipway.Build.Tasks;

/// <summary>Makes one LoRA of several, outside the plan.</summary>
[TaskName("Merge")]
[TaskDescription("Makes one LoRA of several (--lora=FILE:strength), or merges them into a --model.")]
public sealed class MergeTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context) =>
        Task.Run(() => LoraFileRun.Merge(context.Folder, context.Root, PlanOutline.Artifacts(context.PlanFile, context.Option("profile")), MergeRequest.Read(context.Options), context.Progress, context.Cancel), context.Cancel);
}
