using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.Tasks;

/// <summary>Says what would run, and why.</summary>
[TaskName("Status")]
[TaskDescription("Says what would run, and why.")]
public sealed class StatusTask : SlipwayTask
{
    /// <summary>The switch that is read here.</summary>
    internal const string Json = "json";

    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        var status = await context.Pipeline.StatusAsync(context.Cancel);
        if (context.IsOn(Json))
        {
            BuildContext.WriteDocument(status.ToJson());
            return;
        }

        foreach (var line in status.Lines())
            context.Progress.Line(line);
    }
}
