using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Pipeline.Commands.Measuring;
using Slipway.Pipeline.Plans;

namespace Slipway.Build.Tasks;

/// <summary>Measures pictures from elsewhere as the evaluation measures its own.</summary>
[TaskName("Measure")]
[TaskDescription("Measures pictures from elsewhere (--input) with the plan's sprite and tagger.")]
public sealed class MeasureTask : SlipwayTask
{
    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = [MeasureRun.Input, StatusTask.Json];

    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        var plan = LocatedPlan.Load(context.PlanFile, context.Option("profile"));
        var input = context.Option(MeasureRun.Input);
        var report = await Task.Run(() => MeasureRun.Run(context.Folder, context.Root, plan, input, context.Progress, context.Cancel), context.Cancel);
        if (context.IsOn(StatusTask.Json))
        {
            BuildContext.WriteDocument(report.ToJson());
            return;
        }

        foreach (var line in report.Lines())
            context.Progress.Line(line);
    }
}
