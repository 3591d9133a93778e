using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Jobs;

public sealed class JobGraphTests
{
    [Theory]
    [InlineData("out/a.txt", "out/a.txt")]
    [InlineData("out/a.txt", "out/A.TXT")]
    [InlineData("out/a/", "out/a")]
    [InlineData("out/a/", "out/a/b.txt")]
    [InlineData("out/a/b.txt", "out/A/")]
    [InlineData("out/a", "out/a/b/c.txt")]
    public void Two_outputs_at_one_place_are_refused(string first, string second)
    {
        var message = Assert.Throws<ArgumentException>(() => new JobGraph([Stage("Paint", Node("Paint", "a", first)), Stage("Frame", Node("Frame", "b", second))])).Message;

        Assert.Contains("Paint/a", message, StringComparison.Ordinal);
        Assert.Contains("Frame/b", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_is_called_by_its_name_and_its_version()
    {
        Assert.Equal("Tags", StageNode.LabelOf("Tags", null));
        Assert.Equal("Train v03", StageNode.LabelOf("Train", "v03"));
    }

    [Theory]
    [InlineData("pages/two.txt", true)]
    [InlineData("pages.json", false)]
    [InlineData("pages", false)]
    public void What_is_in_a_folder_of_outputs_stands_behind_its_name_and_a_slash(string output, bool expected) =>
        Assert.Equal(expected, new JobOutput("pages", IsFolder: true).Is(output));

    [Fact]
    public void What_the_file_system_takes_for_one_place_is_the_hosts_to_say()
    {
        StageNode[] stages = [Stage("Paint", Node("Paint", "a", "out/\u00e9.txt")), Stage("Frame", Node("Frame", "b", "out/e\u0301.txt"))];

        Assert.Equal(2, new JobGraph(stages).Stages.Count);
        Assert.Contains("both write", Assert.Throws<ArgumentException>(() => new JobGraph(stages, path => path.Replace("e\u0301", "\u00e9", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Places_beside_one_another_are_not_one() =>
        Assert.Equal(3, new JobGraph([Stage("Paint", Node("Paint", "a", "out/a/"), Node("Paint", "b", "out/ab/c.txt"), Node("Paint", "c", "out/a.txt"))]).Stages[0].Jobs.Count);

    [Fact]
    public void A_place_for_each_output_is_asked_for() =>
        Assert.Contains("writes 1 outputs, and there are places for 2", Refusal(Stage("Paint", new JobNode("Paint", "a", new Step([]), ["x", "y"]))), StringComparison.Ordinal);

    [Fact]
    public void Stages_and_their_items_have_names_of_their_own()
    {
        Assert.Contains("two stages called Paint", Refusal(Stage("Paint", Node("Paint", "a", "x")), Stage("Paint", Node("Paint", "b", "y"))), StringComparison.Ordinal);
        Assert.Contains("Paint has two items called a", Refusal(Stage("Paint", Node("Paint", "a", "x"), Node("Paint", "a", "y"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_reads_of_those_before_it_only()
    {
        const string After = "which comes later or is not there";
        Assert.Contains(After, Refusal(Stage("Frame", Node("Frame", "a", "x", new Ref("Paint/a"))), Stage("Paint", Node("Paint", "a", "y"))), StringComparison.Ordinal);
        Assert.Contains(After, Refusal(Stage("Paint", Node("Paint", "a", "x"), Node("Paint", "b", "y", new Ref("Paint/a")))), StringComparison.Ordinal);
        Assert.Contains(After, Refusal(Stage("Paint", Node("Paint", "a", "x")), Stage("Frame", Node("Frame", "a", "y", new Ref("Paint/a", "caption")))), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_stage_needs_comes_with_it_in_the_graphs_order()
    {
        var graph = new JobGraph(
        [
            Stage("A", Node("A", "x", "1")),
            Stage("B", Node("B", "x", "2")),
            Stage("C", Node("C", "x", "3", new Ref("A/x"))),
            Stage("D", Node("D", "x", "4", new Ref("C/x"), new Ref("A/x"))),
        ]);

        Assert.Equal(["A", "C", "D"], graph.Closure([graph.Stage("D")!]).Select(stage => stage.Label));
        Assert.Equal(["C", "A"], graph.Needs(graph.Stage("D")!).Select(stage => stage.Label));
        Assert.Equal(["A", "B", "C"], graph.Closure([graph.Stage("C")!, graph.Stage("B")!]).Select(stage => stage.Label));
        Assert.Null(graph.Stage("E"));
    }

    private static string Refusal(params StageNode[] stages) => Assert.Throws<ArgumentException>(() => new JobGraph(stages)).Message;

    private static StageNode Stage(string name, params JobNode[] jobs) => new(name, null, jobs);

    private static JobNode Node(string stage, string label, string path, params Input[] inputs) => new(stage, label, new Step(inputs), [path]);

    private sealed record Step(IReadOnlyList<Input> Inputs) : IJob
    {
        public JobKind Kind => new("Step", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [new("image")];

        public void Run(JobIo io) => throw new NotSupportedException();
    }
}
