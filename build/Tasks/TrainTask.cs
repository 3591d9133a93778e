using Cake.Frosting;
using Slipway.Pipeline.Graph;

namespace Slipway.Build.Tasks;

/// <summary>Trains the LoRA versions.</summary>
[TaskName("Train")]
[TaskDescription("Trains the LoRA versions.")]
[IsDependentOn(typeof(TagTask))]
public sealed class TrainTask() : StageTask(PipelineStage.Training);
