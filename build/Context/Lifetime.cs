using Cake.Core;
using Cake.Frosting;
using Slipway.Build.Display;

namespace Slipway.Build.Context;

/// <summary>Ends every run of stages with what ran and what was reused, where the results lie, and the figures of each version.</summary>
public sealed class Lifetime : FrostingLifetime<BuildContext>
{
    /// <inheritdoc/>
    public override void Setup(BuildContext context, ISetupContext info)
    {
    }

    /// <inheritdoc/>
    public override void Teardown(BuildContext context, ITeardownContext info)
    {
        if (context.Summaries.Count == 0)
            return;
        foreach (var line in ResultText.Lines(context.Summaries, context.Versions))
            context.Progress.Line(line);
        if (context.Exit.Code is not null)
            return;
        foreach (var line in ResultText.Lines(context.Pipeline.Results(), context.Folder, Terminal.Width))
            context.Progress.Line(line);
    }
}
