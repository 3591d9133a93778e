using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

/// <summary>A job by its JSON, in another workspace than the one whose run kept it.</summary>
public sealed class LooseJobTests : IDisposable
{
    private const string First = "Shout/first";
    private static readonly FileRef Words = new("in/a.txt", "words");
    private readonly Yard _yard = new Yard().With("a");
    private readonly TemporaryFolder _elsewhere = new();
    private readonly RecordingLog _log = new();

    public LooseJobTests() => _yard.Salt = "pepper";

    public void Dispose()
    {
        _yard.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task A_job_gives_the_same_with_its_JSON_its_inputs_and_the_store_alone()
    {
        var json = await KeptAsync("second");
        Assert.Equal("pepper", json.Salt);
        _elsewhere.Write("in/a.txt", "picture a");
        Give(json.Inputs.Single(input => input.Producer is not null));

        var files = await RunAsync(JobJson.Read(json.Write()));

        Assert.Equal([(0, "out/second.txt")], files.Select(file => (file.Slot, file.RelativePath)));
        Assert.Equal("picture a! and picture a?", File.ReadAllText(_elsewhere["out/second.txt"]));
        Assert.Equal(["2 words"], _log.Lines);
    }

    [Fact]
    public async Task What_is_done_already_is_laid_out_and_not_done_again()
    {
        var json = await KeptAsync("first");
        _elsewhere.Write("in/a.txt", "picture a");
        await RunAsync(json);
        File.Delete(_elsewhere["out/first.txt"]);

        await RunAsync(json);

        Assert.Equal(["1 words"], _log.Lines);
        Assert.Equal("picture a!", File.ReadAllText(_elsewhere["out/first.txt"]));
    }

    [Fact]
    public async Task Inputs_that_are_neither_in_the_workspace_nor_in_the_store_are_all_named()
    {
        var json = await KeptAsync("second");
        _elsewhere.Write("in/a.txt", "another picture");

        var e = await Assert.ThrowsAsync<FileNotFoundException>(() => RunAsync(json));

        Assert.Equal(
            $"Shout, second reads what is neither in the workspace nor in the store: in/a.txt (SHA-256 {ContentHash.Of("picture a")}), out/first.txt (SHA-256 {ContentHash.Of("picture a!")}).",
            e.Message);
        Assert.False(Path.Exists(_elsewhere["out"]));
    }

    [Fact]
    public async Task A_job_with_another_key_here_is_refused()
    {
        var json = await KeptAsync("first");
        _elsewhere.Write("in/a.txt", "picture a");

        var e = await Assert.ThrowsAsync<OtherMachineException>(() => RunAsync(json with { Salt = null }));

        Assert.StartsWith("Shout, first has the key ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith($" here and {json.Key} where it was written: the JSON, the salt, or what Slipway makes of them.", e.Message, StringComparison.Ordinal);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_job_of_another_machine_is_refused_and_what_differs_is_named_with_both_values()
    {
        var json = await KeptAsync("first");
        _elsewhere.Write("in/a.txt", "picture a");

        var e = await Assert.ThrowsAsync<OtherMachineException>(() => RunAsync(json with { Key = $"{ContentHash.Of("there")}", Facts = [.. json.Facts!, KeyValuePair.Create("cpu", "AVX-512")] }));

        Assert.EndsWith(" where it was written: `cpu` is not told of here and was AVX-512 there.", e.Message, StringComparison.Ordinal);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Several_that_differ_are_all_named()
    {
        var json = await KeptAsync("first");
        _elsewhere.Write("in/a.txt", "picture a");

        var e = await Assert.ThrowsAsync<OtherMachineException>(() => RunAsync(json with { Key = $"{ContentHash.Of("there")}", Facts = [.. json.Facts!, KeyValuePair.Create("ram", "4"), KeyValuePair.Create("cpu", "AVX-512")] }));

        Assert.EndsWith(": `cpu` is not told of here and was AVX-512 there, `ram` is not told of here and was 4 there.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_was_told_of_the_machine_there_nothing_is_compared()
    {
        var json = await KeptAsync("first");
        _elsewhere.Write("in/a.txt", "picture a");

        var e = await Assert.ThrowsAsync<OtherMachineException>(() => RunAsync(json with { Key = $"{ContentHash.Of("there")}", Facts = null }));

        Assert.EndsWith(" where it was written: the JSON, the salt, or what Slipway makes of them.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pepper", "pepper")]
    [InlineData("", null)]
    public async Task It_is_kept_where_it_was_done_as_it_came(string salt, string? expected)
    {
        _yard.Salt = salt;
        var json = await KeptAsync("first");
        _elsewhere.Write("in/a.txt", "picture a");

        await RunAsync(json);

        using var cache = new Cache(_elsewhere.Path, _ => { });
        Assert.Equal(expected, LooseJob.Find(cache, KeyOf(json)).Salt);
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)]
    [InlineData(true, true, true)]
    public async Task What_goes_wrong_for_a_run_elsewhere_is_told_unless_another_process_has_done_it(bool isStopped, bool isStored, bool isTold)
    {
        var json = await KeptAsync("first");
        _elsewhere.Write("in/a.txt", "picture a");
        using var cache = new Cache(_elsewhere.Path, _ => { });
        using var live = new LiveObject();
        _log.Hear = _ =>
        {
            if (isStored)
                cache.Actions.Put(KeyOf(json), new ActionResult("Shout", "first", [], [new ActionOutput(0, "", cache.Content.Put("picture a!"u8))], TimeSpan.Zero));
            throw isStopped ? new OperationCanceledException() : new IOException("The folder is gone.");
        };

        var e = await Record.ExceptionAsync(() => new LooseJob(cache, EnvironmentFacts.None, _log).StoreAsync(json, [typeof(ShoutJob)], live, TestContext.Current.CancellationToken));

        Assert.Equal(isTold, e is not null);
    }

    [Fact]
    public async Task What_was_not_told_of_there_is_named_too()
    {
        var json = await KeptAsync("first");
        _elsewhere.Write("in/a.txt", "picture a");

        var e = await Assert.ThrowsAsync<OtherMachineException>(() => RunAsync(json with { Key = $"{ContentHash.Of("there")}", Facts = [] }));

        Assert.Contains(": `code version` is 1 here and was not told of there", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_JSON_that_does_not_say_where_an_input_is_is_refused()
    {
        var json = await KeptAsync("first");

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(json with { Inputs = [] }));

        Assert.Equal("Shout, first reads FileRef { Path = in/a.txt, What = words }, of which the JSON does not say where it is and what is in it.", e.Message);
    }

    [Fact]
    public async Task A_result_of_which_one_file_is_not_in_the_store_is_made_again()
    {
        var json = await KeptAsync("first");
        _elsewhere.Write("in/a.txt", "picture a");
        using var cache = new Cache(_elsewhere.Path, _ => { });
        using var live = new LiveObject();
        cache.Actions.Put(KeyOf(json), new ActionResult("Shout", "first", [], [new ActionOutput(0, "", cache.Content.Put("picture a!"u8)), new ActionOutput(1, "", new Blob(ContentHash.Of("gone"), 4))], TimeSpan.Zero));

        await new LooseJob(cache, EnvironmentFacts.None, _log).StoreAsync(json, [typeof(ShoutJob)], live, TestContext.Current.CancellationToken);

        Assert.Equal(["1 words"], _log.Lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_it_makes_is_needed_as_long_as_it_works(bool isElsewhere)
    {
        var json = await KeptAsync("first");
        _elsewhere.Write("in/a.txt", "picture a");
        IReadOnlyCollection<ContentHash>? needed = null;
        _log.Hear = _ => needed = new RunMarks(_elsewhere[".slipway"]).Needed();
        using var cache = new Cache(_elsewhere.Path, _ => { });
        using var live = new LiveObject();
        var job = new LooseJob(cache, EnvironmentFacts.None, _log);

        await (isElsewhere ? job.StoreAsync(json, [typeof(ShoutJob)], live, TestContext.Current.CancellationToken) : job.RunAsync(json, [typeof(ShoutJob)], TestContext.Current.CancellationToken));

        Assert.Equal([KeyOf(json)], needed);
    }

    [Fact]
    public async Task Beside_an_input_that_comes_from_the_store_lies_nothing()
    {
        await _yard.RunAsync(new JobGraph([new StageNode("Beside", null, [new JobNode("Beside", "a", new BesideJob(Words), ["out/beside.txt"])])]));
        var json = JobJson.Read(File.ReadAllText(Directory.GetFiles(_yard[".slipway/jobs"], "*.json", SearchOption.AllDirectories).Single()));
        using var cache = new Cache(_elsewhere.Path, _ => { });
        var blob = cache.Content.Put("picture a"u8);

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => new LooseJob(cache, EnvironmentFacts.None, _log).RunAsync(json, [typeof(BesideJob)], TestContext.Current.CancellationToken));

        Assert.Equal($"{cache.Content.PathOf(blob.Hash)} does not lie where in/a.txt was expected.", e.Message);
    }

    [Fact]
    public async Task A_job_waits_while_another_run_is_at_its_stage()
    {
        var json = await KeptAsync("first");
        _elsewhere.Write("in/a.txt", "picture a");
        using var cache = new Cache(_elsewhere.Path, _ => { });
        var held = await cache.LockAsync("Shout", _ => { }, TestContext.Current.CancellationToken);

        var run = RunAsync(json);
        Assert.Same(_log.FirstWait.Task, await Task.WhenAny(_log.FirstWait.Task, run));
        Assert.Empty(_log.Lines);
        held.Dispose();
        await run;

        Assert.Equal(["1 words"], _log.Lines);
    }

    /// <summary>Runs the jobs in the yard, and gives one as its cache keeps it.</summary>
    private async Task<JobJson> KeptAsync(string label)
    {
        var stage = new StageNode("Shout", null, [new JobNode("Shout", "first", new ShoutJob([Words], "!"), ["out/first.txt"])]);
        var next = new StageNode("Shout", "again", [new JobNode("Shout again", "second", new ShoutJob([Words, new Ref(First)], "?"), ["out/second.txt"])]);
        await _yard.RunAsync(new JobGraph([stage, next]));
        var jobs = Directory.GetFiles(_yard[".slipway/jobs"], "*.json", SearchOption.AllDirectories).Select(file => JobJson.Read(File.ReadAllText(file)));
        return jobs.Single(job => job.Label == label) with { Stage = "Shout", Seal = null };
    }

    private static ContentHash KeyOf(JobJson json) => ContentHash.TryParse(json.Key, out var key) ? key : default;

    private void Give(JobJson.InputFile input)
    {
        var blob = $".slipway/cas/{input.Hash[..2]}/{input.Hash}";
        _elsewhere.Write(blob, File.ReadAllText(_yard[blob]));
    }

    private async Task<IReadOnlyList<OutputFile>> RunAsync(JobJson json)
    {
        using var cache = new Cache(_elsewhere.Path, _ => { });
        return await new LooseJob(cache, EnvironmentFacts.None, _log).RunAsync(json, [typeof(ShoutJob)], TestContext.Current.CancellationToken);
    }

    /// <summary>Writes where it looks for what lies beside its input.</summary>
    private sealed record BesideJob(FileRef Words) : IJob
    {
        public JobKind Kind => new("Beside", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [new("image")];

        public void Run(JobIo io) => io.WriteText("image", io.BesideOf(Words, "in/b.txt"));
    }

    /// <summary>Writes texts with a sign behind the last.</summary>
    private sealed record ShoutJob(IReadOnlyList<Input> Words, string Sign) : IJob
    {
        public JobKind Kind => new("Shout", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [new("image")];

        public void Run(JobIo io)
        {
            io.Line($"{Words.Count} words");
            io.WriteText("image", string.Join(" and ", Words.Reverse().Select(io.ReadText)) + Sign);
        }
    }
}
