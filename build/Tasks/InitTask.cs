using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Pipeline.Commands.Starters;
using Slipway.Pipeline.Plans;

namespace Slipway.Build.Tasks;

/// <summary>Writes a plan for a sprite of the user's own.</summary>
[TaskName("Init")]
[TaskDescription("Writes a plan for your own --sprite, under a --name, where you stand.")]
public sealed class InitTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        var plan = Path.GetFullPath(context.Option("config") ?? PlanPaths.DefaultName, context.Folder);
        StarterPlan.Write(context.Folder, plan, Clone.Folder, context.Options, context.Progress);
        return Task.CompletedTask;
    }
}
