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
    protected override Task WorkAsync(BuildContext context)
    {
        var status = context.Pipeline.Status();
        if (context.IsOn(Json))
        {
            BuildContext.WriteDocument(status.ToJson());
            return Task.CompletedTask;
        }

        foreach (var line in status.Lines())
            context.Progress.Line(line);

        return Task.CompletedTask;
    }
}
