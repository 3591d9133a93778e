using Cake.Frosting;

namespace Slipway.Build.Tasks;

/// <summary>Says what would run, and why.</summary>
[TaskName("Status")]
[TaskDescription("Says what would run, and why.")]
public sealed class StatusTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        foreach (var line in await context.Pipeline.StatusAsync(context.Cancel))
        {
            context.Progress.Line(line);
        }
    }
}
