using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Pipeline.Commands.Origins;

namespace Slipway.Build.Tasks;

/// <summary>Says what a file came from, down to the user's own files, or in what the histories of two files differ.</summary>
[TaskName("Explain")]
[TaskDescription("Says what a file (--output) came from, or in what two differ (--diff).")]
public sealed class ExplainTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context) => Task.Run(() => Explain(context), context.Cancel);

    private static void Explain(BuildContext context)
    {
        var request = OriginRequest.Read(context.Option);
        var run = context.Pipeline.Origins(context.Folder);
        var origin = run.Explain(request.Output);
        var difference = request.Other is null ? null : OriginDifference.Between(origin, run.Explain(request.Other));
        if (context.IsOn(StatusTask.Json))
        {
            BuildContext.WriteDocument(difference is null ? OriginText.Json(origin) : OriginText.Json(difference));
            return;
        }

        foreach (var line in difference is null ? OriginText.Lines(origin) : OriginText.Lines(difference))
            context.Progress.Line(line);
    }
}
