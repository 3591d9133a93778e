using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Build.Display;

namespace Slipway.Build.Tasks;

/// <summary>Prints the plan's work as a graph: stages, what they need, how many jobs they are; as text, or as Mermaid.</summary>
[TaskName("Graph")]
[TaskDescription("Prints the plan's work as a graph, as text or for Mermaid (--format=mermaid).")]
public sealed class GraphTask : SlipwayTask
{
    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = ["format"];

    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        var graph = context.Pipeline.Graph;
        context.Progress.Line(context.Option("format") switch
        {
            null or "text" => GraphText.Write(graph),
            "mermaid" => GraphText.WriteMermaid(graph),
            var other => throw new ArgumentException($"--format is '{other}'; expected text or mermaid."),
        });
        return Task.CompletedTask;
    }
}
