using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

public sealed class JobIoTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a", "b");

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task A_job_that_reads_an_input_that_its_record_does_not_name_fails()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => Run(io => io.ReadText(new FileRef("in/b.txt"))));

        Assert.Contains("Text/x reads FileRef { Path = in/b.txt", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("which its record does not name.", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_yard["out/x.txt"]));
    }

    [Fact]
    public async Task A_job_that_asks_for_the_hash_or_the_name_of_another_input_fails_with_the_same_words()
    {
        Assert.EndsWith("which its record does not name.", (await Assert.ThrowsAsync<InvalidOperationException>(() => Run(io => io.HashOf(new FileRef("in/b.txt"))))).Message, StringComparison.Ordinal);
        Assert.EndsWith("which its record does not name.", (await Assert.ThrowsAsync<InvalidOperationException>(() => Run(io => io.NameOf(new FileRef("in/b.txt"))))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_asks_for_an_output_that_it_does_not_declare_fails() =>
        Assert.Equal("Text/x writes caption, which it does not declare.", (await Assert.ThrowsAsync<InvalidOperationException>(() => Run(io => io.Output("caption")))).Message);

    [Theory]
    [InlineData("note.txt")]
    [InlineData("1")]
    [InlineData("00")]
    [InlineData("-1")]
    public async Task A_job_that_writes_a_file_that_it_does_not_declare_fails_and_nothing_is_kept(string name)
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => Run(io => File.WriteAllText(Path.Combine(Path.GetDirectoryName(io.Output("image"))!, name), "sneaked in")));

        Assert.Equal($"Text wrote {name} beside the outputs of x, and declares no such output.", e.Message);
        await Run(_ => { });
        Assert.Equal(["x"], _yard.Ran);
    }

    [Fact]
    public async Task A_job_that_asks_for_facts_of_a_group_that_its_kind_does_not_name_fails()
    {
        Assert.Equal("Text/x asks for facts of torch, which its kind does not name.", (await Assert.ThrowsAsync<InvalidOperationException>(() => Run(io => Assert.Empty(io.FactsOf(["torch"]))))).Message);
        await Assert.ThrowsAsync<ArgumentException>(() => Run(io => io.Fact("libtorch")));
    }

    [Fact]
    public async Task A_job_may_ask_for_no_facts_at_all() => await Run(io => Assert.Empty(io.FactsOf([])));

    [Fact]
    public async Task A_job_is_given_the_facts_of_the_groups_that_its_kind_names()
    {
        var (facts, graph) = (EnvironmentFacts.None.With("machine", KeyValuePair.Create("cpu", "AVX2")), new JobGraph([new StageNode("Facts", null, [new JobNode("Facts", "x", new FactsJob(), ["out/x.txt"])])]));

        await _yard.RunAsync(graph, options => options with { Facts = facts });

        Assert.Equal("cpu=AVX2", _yard.Read("out/x.txt"));
    }

    [Fact]
    public async Task What_is_alive_serves_the_next_job_of_the_worker_where_it_is_the_same()
    {
        var (made, gone) = (0, 0);
        JobNode Node(string text, string content) => new("Text", text, new TextJob(text, [])
        {
            Yard = _yard,
            Work = io => io.Live(ContentHash.Of(content), () =>
            {
                made++;
                return new Thing(() => gone++);
            }),
        }, [$"out/{text}.txt"]);

        await _yard.RunAsync(new JobGraph([new StageNode("Text", null, [Node("1", "model"), Node("2", "model"), Node("3", "another"), Node("4", "model")])]));

        Assert.Equal((3, 3), (made, gone));
    }

    /// <summary>What a job that failed has left in it nobody knows.</summary>
    [Fact]
    public async Task What_a_failed_job_had_alive_serves_no_other()
    {
        using var worker = new Worker(1);
        var gone = 0;
        await worker.RunAsync(live => live.Get(ContentHash.Of("model"), () => new Thing(() => gone++)));
        await Assert.ThrowsAsync<InvalidDataException>(() => worker.RunAsync<int>(_ => throw new InvalidDataException("broken off")));

        Assert.Equal(1, gone);
    }

    [Fact]
    public async Task A_checkpoint_folder_is_the_keys_and_the_log_hears_the_job()
    {
        string? folder = null;
        await Run(io =>
        {
            folder = Path.GetFileName(io.CheckpointFolder);
            Assert.Equal(io.Fingerprint.Key.ToString(), folder);
            io.Report(1, 2, "half");
            io.Line("a line");
            io.Warn("odd");
        });

        Assert.NotNull(folder);
        Assert.Equal(["Text: 1 of 2, half", "a line", "warning: odd"], _yard.Log.Lines.Skip(1).Take(3));
    }

    [Fact]
    public async Task What_lies_beside_an_input_is_found_from_where_the_input_is()
    {
        await Run(io => Assert.Equal(_yard["in/other"], io.BesideOf(new FileRef("in/a.txt"), "in/other")));

        Assert.Equal(["x"], _yard.Ran);
    }

    [Fact]
    public async Task A_job_is_done_once_more_apart_from_all_that_is_cached()
    {
        var graph = Graph(_ => { });
        using var cache = _yard.Open();
        using var run = _yard.RunOf(graph, cache, _yard.Log);
        var first = await run.RunAsync(graph.Stages, TestContext.Current.CancellationToken);

        var again = await run.RunAgainAsync(graph.Stages[0].Jobs[0], Directory.CreateDirectory(_yard["again"]).FullName, TestContext.Current.CancellationToken);

        Assert.Equal(["x", "x"], _yard.Ran);
        Assert.Equal(first[0].Hashes, again.Select(file => file.Hash));
        Assert.Equal("x of picture a", File.ReadAllText(Assert.Single(again).Path));
        Assert.StartsWith(_yard["again"], again[0].Path, StringComparison.Ordinal);
    }

    private Task Run(Action<JobIo> work) => _yard.RunAsync(Graph(work));

    private JobGraph Graph(Action<JobIo> work) =>
        new([new StageNode("Text", null, [new JobNode("Text", "x", new TextJob("x", [new FileRef("in/a.txt")]) { Yard = _yard, Work = work }, ["out/x.txt"])])]);

    /// <summary>Writes what it is told of the machine.</summary>
    private sealed record FactsJob : IJob
    {
        public JobKind Kind => new("Facts", 1);

        public IReadOnlyList<string> Environment => ["machine"];

        public IReadOnlyList<JobOutput> Outputs => [new("image")];

        public void Run(JobIo io) => io.WriteText("image", string.Join('\n', io.FactsOf(["machine"]).Select(fact => $"{fact.Role}={fact.Description}")));
    }

    private sealed class Thing(Action gone) : IDisposable
    {
        public void Dispose() => gone();
    }
}
