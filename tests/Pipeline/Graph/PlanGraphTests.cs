using Slipway.Engine.Jobs;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Tests.Jobs;

namespace Slipway.Pipeline.Tests.Graph;

public sealed class PlanGraphTests
{
    [Fact]
    public void The_graph_is_a_function_of_the_plan()
    {
        var (first, second) = (Samples.Graph(), Samples.Graph());

        Assert.Equal(Lines(first), Lines(second));
    }

    [Fact]
    public void It_has_the_stages_of_the_plan_each_after_what_it_needs()
    {
        var graph = Samples.Graph().Jobs;

        Assert.Equal(
            [
                "Backgrounds", "Composites white", "Composites", "Tags", "Regularisation class", "Composites white_tagged", "Backgrounds validation", "Composites validation", "Tags validation",
                "Train v01", "Train v02", "Train v03", "Train early_stopping", "Train ema", "Train class_pictures", "Train masked_prior", "Train tagged", "Train low_rank", "Ensemble merged",
                "Samples base", "Samples v01", "Samples v02", "Samples v03", "Samples early_stopping", "Samples ema", "Samples class_pictures", "Samples masked_prior", "Samples tagged", "Samples low_rank", "Samples merged",
                "Evaluate",
            ],
            graph.Stages.Select(stage => stage.Label));
        Assert.Equal(["Train v01", "Train v02", "Composites validation", "Tags validation"], graph.Needs(graph.Stage("Ensemble merged")!).Select(stage => stage.Label));
    }

    private static IEnumerable<string> Lines(PlanGraph graph) => graph.Jobs.Stages.SelectMany(stage => stage.Jobs.Select(job =>
        $"{stage.Label}, {stage.Weight}, {stage.Memory?.Invoke()}: {job.Id} → {string.Join(", ", job.Paths)}\n{string.Join("\n", new JobFingerprint(Samples.Find, Samples.Facts).Entries(job.Job))}"));
}
