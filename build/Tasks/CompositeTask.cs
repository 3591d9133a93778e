using Cake.Frosting;
using Slipway.Pipeline.Graph;

namespace Slipway.Build.Tasks;

/// <summary>Puts the sprite on every background.</summary>
[TaskName("Composite")]
[TaskDescription("Puts the sprite on every background.")]
[IsDependentOn(typeof(BackgroundsTask))]
public sealed class CompositeTask() : StageTask(PipelineStage.Composites);
