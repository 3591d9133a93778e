using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

/// <summary>What runs give to a cache on another machine and take from it; how it answers over a network is another matter.</summary>
public sealed class RemoteResultsTests : IDisposable
{
    private readonly MemoryRemote _remote = new();
    private readonly Yard _first = new Yard().With("a", "b");
    private readonly Yard _second = new Yard().With("a", "b");

    public RemoteResultsTests()
    {
        _remote.Serve(_first, gives: true);
        _remote.Serve(_second, gives: false);
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task What_one_workspace_gave_another_takes_and_says_how_much()
    {
        _first.Painter = _second.Painter = text => new string(text[^1], 3 << 19);
        await _first.RunAsync();

        var (paint, frame) = await _second.RunAsync();

        Assert.Contains("4 of 4 results went to the remote cache.", _first.Log.Lines);
        Assert.Empty(_second.Ran);
        Assert.Equal(_first.Read("artifacts/frame/b.txt"), _second.Read("artifacts/frame/b.txt"));
        Assert.Equal((0, 2, 0, 2), (paint.Run, paint.Remote, frame.Run, frame.Remote));
        Assert.Equal(
            ["Paint: 1 of 2, from the remote cache, 1.5 MiB", "Paint: 2 of 2, from the remote cache, 3.0 MiB", "Paint: end", "Paint: 2 of 2 results came from the remote cache, 3.0 MiB."],
            _second.Log.Lines.Where(line => line.StartsWith("Paint", StringComparison.Ordinal)).OrderBy(line => line.EndsWith("MiB.", StringComparison.Ordinal)).ThenBy(line => line, StringComparer.Ordinal));
        Assert.All(Results(_second), result => Assert.Equal("there", result.From));
        Assert.All(Results(_first), result => Assert.Null(result.From));
    }

    [Fact]
    public async Task What_is_here_already_in_the_store_or_in_its_place_is_not_fetched()
    {
        await _first.RunAsync();
        _second.Write("artifacts/paint/a.txt", "PICTURE A");
        using (var cache = _second.Open())
            cache.Content.Put("PICTURE B"u8);

        var (paint, _) = await _second.RunAsync();

        Assert.Equal((0, 2), (paint.Run, paint.Remote));
        Assert.Equal(2, _remote.Asked.Count(what => what == "fetch"));
        Assert.Contains("Paint: 2 of 2 results came from the remote cache, 0.0 MiB.", _second.Log.Lines);
    }

    [Fact]
    public async Task What_does_not_come_or_does_not_fit_is_made_here()
    {
        await _first.RunAsync();
        Assert.True(_remote.Blobs.TryRemove(ContentHash.Of("PICTURE A"), out _));
        foreach (var (key, result) in _remote.Results.Where(known => known.Value is { Stage: "Paint", Item: "b" }))
            _remote.Results[key] = result with { Outputs = [.. result.Outputs, result.Outputs[0] with { Slot = 1 }] };

        var (paint, frame) = await _second.RunAsync();

        Assert.Equal(["Paint a", "Paint b"], _second.Ran.Order(StringComparer.Ordinal));
        Assert.Equal((2, 0, 0, 2), (paint.Run, paint.Remote, frame.Run, frame.Remote));
        Assert.All(Results(_second), result => Assert.Equal(result.Stage == "Paint" ? null : "there", result.From));
    }

    [Fact]
    public async Task A_look_that_asks_knows_what_would_come_and_takes_nothing()
    {
        await _first.RunAsync();
        _second.With("c");

        var (paint, frame, remote) = await _second.LookAsync();

        Assert.Equal((1, 2, "there"), (paint.Run, paint.Remote, remote));
        Assert.Equal((1, 2), (frame.Run, frame.Remote));
        Assert.Equal(["1 item (c): has not run before"], paint.Reasons);
        Assert.False(Path.Exists(_second["artifacts"]));
        Assert.DoesNotContain("fetch", _remote.Asked);
    }

    [Fact]
    public async Task Where_nothing_is_missing_nobody_connects()
    {
        await _first.RunAsync();
        _first.Remote = _ => throw new InvalidOperationException("connected");

        var (paint, _) = await _first.RunAsync();
        var (_, _, remote) = await _first.LookAsync();

        Assert.Equal((0, 2, null), (paint.Run, paint.Reused, remote));
    }

    [Fact]
    public async Task A_run_lets_go_of_it_when_it_ends()
    {
        await _first.RunAsync();

        Assert.Equal(1, _remote.Closed);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Nothing_goes_where_none_is_given_or_none_is_taken(bool gives, bool takes)
    {
        _remote.Writes = takes;
        await _remote.Serve(_first, gives).RunAsync();

        Assert.Empty(_remote.Results);
        Assert.DoesNotContain("store", _remote.Asked);
        Assert.DoesNotContain(_first.Log.Lines, line => line.Contains("went to", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_not_taken_goes_when_something_is()
    {
        _remote.Writes = false;
        await _first.RunAsync();
        _remote.Writes = true;

        await _first.RunAsync();

        Assert.Equal(4, _remote.Results.Count);
    }

    [Fact]
    public async Task What_was_there_already_is_not_asked_for_again()
    {
        await _first.RunAsync();
        (_second.Remote, _second.GivesTo) = (null, null);
        await _second.RunAsync();
        _remote.Asked.Clear();

        await _remote.Serve(_second, gives: true).RunAsync();
        Assert.Equal(["has", "has", "has", "has"], _remote.Asked);
        _remote.Asked.Clear();
        await _second.RunAsync();

        Assert.Empty(_remote.Asked);
    }

    [Fact]
    public async Task What_earlier_runs_made_goes_there_once_and_then_nothing_is_asked()
    {
        await _second.RunAsync();
        await _remote.Serve(_second, gives: true).RunAsync();
        Assert.Contains("4 results of earlier runs went to the remote cache.", _second.Log.Lines);
        Assert.DoesNotContain(_second.Log.Lines, line => line.Contains(" of 4 results went", StringComparison.Ordinal));
        _remote.Asked.Clear();

        await _second.RunAsync();
        Assert.Empty(_remote.Asked);

        // Who does not know what is there asks, and sends what lacks.
        Directory.Delete(_second[".slipway/given"], recursive: true);
        _remote.Results.TryRemove(_remote.Results.Keys.First(), out _);
        await _second.RunAsync();
        Assert.Equal((4, 1), (_remote.Asked.Count(what => what == "has"), _remote.Asked.Count(what => what == "store")));
        Assert.Contains("1 results of earlier runs went to the remote cache.", _second.Log.Lines);
    }

    [Fact]
    public async Task A_stage_that_came_from_there_in_part_is_there_when_the_rest_is()
    {
        await _first.RunAsync();
        await _remote.Serve(_second, gives: true).With("c").RunAsync();
        Assert.Contains("2 of 2 results went to the remote cache.", _second.Log.Lines);
        Assert.DoesNotContain("has", _remote.Asked);
        _remote.Asked.Clear();

        await _second.RunAsync();

        Assert.Empty(_remote.Asked);
    }

    [Fact]
    public async Task What_is_laid_out_and_not_in_the_store_is_not_sent()
    {
        await _second.RunAsync();
        using (var cache = _second.Open())
            File.Delete(cache.Content.PathOf(ContentHash.Of("PICTURE A")));

        await _remote.Serve(_second, gives: true).RunAsync();

        Assert.Contains("3 results of earlier runs went to the remote cache.", _second.Log.Lines);
        Assert.Empty(_second.Ran);
        _remote.Asked.Clear();
        await _second.RunAsync();
        Assert.Equal(["has", "has"], _remote.Asked.Where(what => what == "has"));
    }

    [Fact]
    public async Task A_result_of_which_one_file_is_not_in_the_store_is_not_sent()
    {
        await _second.RunAsync();
        using (var cache = _second.Open())
        {
            var known = ResultIndex.Read(cache).All.Single(result => result.Result is { Stage: "Paint", Item: "a" });
            cache.Actions.Put(known.Key, known.Result with { Outputs = [.. known.Result.Outputs, new ActionOutput(1, "", new Blob(ContentHash.Of("gone"), 4))] });
        }

        await _remote.Serve(_second, gives: true).RunAsync();

        Assert.Contains("3 results of earlier runs went to the remote cache.", _second.Log.Lines);
        Assert.Empty(_second.Warnings);
    }

    [Fact]
    public async Task A_run_waits_for_what_is_on_its_way_there_and_says_so()
    {
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _remote.BeforeStore = () => waits.Task;
        _first.Log.Hear = line =>
        {
            if (line.StartsWith("Waiting", StringComparison.Ordinal))
                waits.SetResult();
        };

        await _first.RunAsync();

        Assert.Contains("Waiting for 4 of 4 results that go to the remote cache.", _first.Log.Lines);
        Assert.Equal(4, _remote.Results.Count);
    }

    [Fact]
    public async Task What_goes_wrong_with_it_is_told_and_tried_again_by_the_next_run()
    {
        _remote.BeforeStore = () => throw new IOException("The line is dead.");
        await _first.RunAsync();
        Assert.Equal(4, _first.Warnings.Count);
        Assert.All(_first.Warnings, warning => Assert.Matches("^The result [0-9a-f]{64} was not given to the remote cache: The line is dead\\.$", warning));
        Assert.DoesNotContain(_first.Log.Lines, line => line.Contains("went to", StringComparison.Ordinal));

        _remote.BeforeStore = () => Task.CompletedTask;
        await _first.RunAsync();

        Assert.Contains("4 results of earlier runs went to the remote cache.", _first.Log.Lines);
    }

    [Fact]
    public async Task What_is_not_given_because_a_run_was_stopped_is_no_error()
    {
        _remote.BeforeStore = () => throw new OperationCanceledException();

        var (paint, _) = await _first.RunAsync();

        Assert.Equal(2, paint.Run);
        Assert.Empty(_first.Warnings);
        Assert.Empty(_remote.Results);
        Assert.DoesNotContain(_first.Log.Lines, line => line.Contains("went to", StringComparison.Ordinal));

        _remote.BeforeStore = () => Task.CompletedTask;
        await _first.RunAsync();
        Assert.Equal(4, _remote.Results.Count);
    }

    [Fact]
    public async Task A_job_without_its_plan_is_taken_and_given_too()
    {
        var stage = new StageNode("Say", null, [new JobNode("Say", "boat", new SayJob("a boat", []), ["out/boat.txt"])]);
        await _first.RunAsync(new JobGraph([stage]));
        using (var cache = _second.Open())
            await new LooseJob(cache, EnvironmentFacts.None, _second.Log).RunAsync(Kept(), SayJob.Kinds, TestContext.Current.CancellationToken);
        Assert.Equal("a boat", _second.Read("out/boat.txt"));
        Assert.Empty(_second.Log.Lines);

        _remote.Results.Clear();
        using (var third = new Yard())
        using (var cache = _remote.Serve(third, gives: true).Open())
        {
            await new LooseJob(cache, EnvironmentFacts.None, third.Log).RunAsync(Kept(), SayJob.Kinds, TestContext.Current.CancellationToken);
            Assert.Equal(["a boat", "1 of 1 results went to the remote cache."], third.Log.Lines.Where(line => !line.StartsWith("Waiting", StringComparison.Ordinal)));
        }

        Assert.Single(_remote.Results);
    }

    private JobJson Kept()
    {
        using var cache = _first.Open();
        return LooseJob.Find(cache, Assert.Single(cache.Jobs()));
    }

    private static IEnumerable<ActionResult> Results(Yard yard)
    {
        using var cache = yard.Open();
        return [.. ResultIndex.Read(cache).All.Select(result => result.Result)];
    }
}
