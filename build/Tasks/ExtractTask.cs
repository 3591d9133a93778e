using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Pipeline.Commands.LoraFiles;

namespace Slipway.Build.Tasks;

/// <summary>Makes a LoRA of the difference between two models, outside the plan.</summary>
[TaskName("Extract")]
[TaskDescription("Makes a LoRA of the difference between two models (--base, --tuned).")]
public sealed class ExtractTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context) =>
        Task.Run(() => LoraFileRun.Extract(context.Folder, ExtractRequest.Read(context.Options), context.Progress, context.Cancel), context.Cancel);
}
