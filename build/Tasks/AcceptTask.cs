using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.Tasks;

/// <summary>Takes grids, sample pictures and measures over as accepted.</summary>
[TaskName("Accept")]
[TaskDescription("Takes grids, pictures and measures over as accepted.")]
[IsDependentOn(typeof(EvaluateTask))]
public sealed class AcceptTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        var accepted = await context.Pipeline.AcceptAsync(context.Cancel);
        foreach (var line in accepted.Lines())
            context.Progress.Line(line);
    }
}
