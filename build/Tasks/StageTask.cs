using Slipway.Build.Context;
using Slipway.Pipeline.Graph;

namespace Slipway.Build.Tasks;

/// <summary>A task that runs a stage of the pipeline.</summary>
/// <param name="stage">The stage.</param>
public abstract class StageTask(PipelineStage stage) : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context) => context.RunAsync(stage, context.Versions);
}
