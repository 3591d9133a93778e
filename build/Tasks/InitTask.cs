using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Pipeline.Commands.Starters;
using Slipway.Pipeline.Plans;

namespace Slipway.Build.Tasks;

/// <summary>Writes a plan for a sprite of the user's own.</summary>
[TaskName("Init")]
[TaskDescription("Writes a plan for your own mascot, into a folder of its own (--out) or where you stand.")]
public sealed class InitTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        if (context.Option("out") is not null && context.Option("config") is not null)
            throw new ArgumentException("--out and --config both say where the plan goes; give one of them.");
        var plan = Path.GetFullPath(context.Option("config") ?? Path.Combine(context.Option("out") ?? "", PlanPaths.DefaultName), context.Folder);
        StarterPlan.Write(context.Folder, plan, Clone.Folder, context.Options, context.Progress);
        return Task.CompletedTask;
    }
}
