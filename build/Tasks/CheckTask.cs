using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Build.Display;
using Slipway.Engine.Execution;
using Slipway.Pipeline.Commands.Snapshots;

namespace Slipway.Build.Tasks;

/// <summary>Compares grids, sample pictures and measures with the accepted ones.</summary>
[TaskName("Check")]
[TaskDescription("Compares grids, pictures and measures with the accepted ones.")]
[IsDependentOn(typeof(EvaluateTask))]
public sealed class CheckTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        var check = await context.Pipeline.CheckAsync(context.Cancel);
        foreach (var line in check.Lines())
            context.Progress.Line(line);

        if (DiffTool.Open(check.Pairs) is { Count: > 0 } kinds)
            context.Progress.Line($"no diff tool that DiffEngine knows shows {string.Join(", ", kinds)} here; what differs in pictures is drawn in *.difference.received.png");

        if (check.Problem is { } problem)
            throw check.Outcome == SnapshotOutcome.Different ? new DifferenceException(problem) : new InvalidOperationException(problem);
    }
}
