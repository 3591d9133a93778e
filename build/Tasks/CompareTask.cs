using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Pipeline.Commands.Comparisons;

namespace Slipway.Build.Tasks;

/// <summary>Compares two versions, or a git revision's accepted results with those that there are.</summary>
[TaskName("Compare")]
[TaskDescription("Compares two versions, or an earlier revision with now.")]
public sealed class CompareTask : SlipwayTask
{
    /// <summary>Prints Markdown and nothing else.</summary>
    internal const string Markdown = "markdown";

    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        var comparison = await context.Pipeline.CompareAsync(CompareRequest.Read(context.Option), context.Folder, context.Cancel);
        var text = context.IsOn(StatusTask.Json) ? ComparisonText.Json(comparison) : ComparisonText.Markdown(comparison);
        if (context.IsOn(StatusTask.Json) || context.IsOn(Markdown))
        {
            BuildContext.WriteDocument(text.TrimEnd('\n'));
            return;
        }

        context.Progress.Line(text.TrimEnd('\n'));
    }
}
