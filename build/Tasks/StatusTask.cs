using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.Tasks;

/// <summary>Says what would run, and why.</summary>
[TaskName("Status")]
[TaskDescription("Says what would run, and why.")]
public sealed class StatusTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        foreach (var line in context.Pipeline.Status())
        {
            context.Progress.Line(line);
        }

        return Task.CompletedTask;
    }
}
