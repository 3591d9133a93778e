using Cake.Frosting;
using Slipway.Pipeline.Graph;

namespace Slipway.Build.Tasks;

/// <summary>Draws the backgrounds with the base model.</summary>
[TaskName("Backgrounds")]
[TaskDescription("Draws the backgrounds with the base model.")]
public sealed class BackgroundsTask() : StageTask(PipelineStage.Backgrounds);
