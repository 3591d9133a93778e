using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Pipeline.Commands.Exchange;

namespace Slipway.Build.Tasks;

/// <summary>Makes a version of the plan of a param-GUI preset or of sd-scripts' configuration.</summary>
[TaskName("Import")]
[TaskDescription("Makes a version of a param-GUI preset or of sd-scripts' configuration (--from).")]
public sealed class ImportTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        ImportRun.Run(context.Folder, context.Options, context.OneVersion, context.Option("profile"), context.Progress);
        return Task.CompletedTask;
    }
}
