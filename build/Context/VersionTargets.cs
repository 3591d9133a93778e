using Cake.Core;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Plans;

namespace Slipway.Build.Context;

/// <summary>A target for each version and ensemble of the plan, whatever the profile: <c>Train-v01</c>, …, shown by <c>--tree</c>.</summary>
internal static class VersionTargets
{
    /// <summary>What their names begin with.</summary>
    public const string Prefix = "Train-";

    /// <summary>A plan that cannot be read gives none.</summary>
    public static void Register(ICakeEngine engine, BuildContext context)
    {
        foreach (var name in PlanOutline.Trained(context.PlanFile))
        {
            engine.RegisterTask(Prefix + name)
                .Description($"Makes the LoRA {name}.")
                .IsDependentOn("Tag")
                .Does(() => context.GuardAsync(() => context.RunAsync(PipelineStage.Training, [name])));
        }
    }
}
