using Cake.Frosting;
using Slipway.Pipeline.Graph;

namespace Slipway.Build.Tasks;

/// <summary>Draws sample grids and measures them.</summary>
[TaskName("Evaluate")]
[TaskDescription("Draws sample grids and measures them.")]
[IsDependentOn(typeof(TrainTask))]
public sealed class EvaluateTask() : StageTask(PipelineStage.Evaluation);
