using System.Globalization;
using System.Text;
using Slipway.Engine.Jobs;

namespace Slipway.Build.Display;

/// <summary>A graph of jobs in words and signs.</summary>
internal static class GraphText
{
    /// <summary>A line a stage: its label, its jobs, what it needs, where its first output lies.</summary>
    public static string Write(JobGraph graph)
    {
        var text = new StringBuilder();
        foreach (var stage in graph.Stages)
        {
            var needs = graph.Needs(stage);
            text.Append(CultureInfo.InvariantCulture, $"{stage.Label}: {Count(stage)}{(needs.Count == 0 ? "" : $"; needs {string.Join(", ", needs.Select(need => need.Label))}")}; writes {stage.Jobs[0].Paths[0]}{(stage.Jobs.Count * stage.Jobs[0].Paths.Count > 1 ? ", …" : "")}\n");
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>The same as a flow chart (https://mermaid.js.org).</summary>
    public static string WriteMermaid(JobGraph graph)
    {
        var ids = graph.Stages.Select((stage, i) => (stage.Label, Id: $"s{i}")).ToDictionary(stage => stage.Label, stage => stage.Id, StringComparer.Ordinal);
        var text = new StringBuilder("flowchart TD\n");
        foreach (var stage in graph.Stages)
            text.Append(CultureInfo.InvariantCulture, $"    {ids[stage.Label]}[\"{stage.Label}<br/>{Count(stage)}\"]\n");
        foreach (var stage in graph.Stages)
        {
            foreach (var need in graph.Needs(stage))
                text.Append(CultureInfo.InvariantCulture, $"    {ids[need.Label]} --> {ids[stage.Label]}\n");
        }

        return text.ToString().TrimEnd();
    }

    private static string Count(StageNode stage) => stage.Jobs.Count == 1 ? "1 job" : string.Create(CultureInfo.InvariantCulture, $"{stage.Jobs.Count} jobs");
}
