using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.Tasks;

/// <summary>The whole story.</summary>
[TaskName("Default")]
[TaskDescription("The whole story: everything up to the sample grids.")]
[IsDependentOn(typeof(EvaluateTask))]
public sealed class DefaultTask : FrostingTask<BuildContext>;
