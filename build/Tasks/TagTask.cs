using Cake.Frosting;
using Slipway.Pipeline.Graph;

namespace Slipway.Build.Tasks;

/// <summary>Captions every composite with the tagger.</summary>
[TaskName("Tag")]
[TaskDescription("Captions every composite with the tagger.")]
[IsDependentOn(typeof(CompositeTask))]
public sealed class TagTask() : StageTask(PipelineStage.Tags);
