using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Engine.Tests.Execution;

namespace Slipway.Remote.Tests;

/// <summary>What runs take from a remote cache and give to it.</summary>
public sealed class RemoteRunTests : IDisposable
{
    private readonly Harbour _harbour = new();

    public void Dispose() => _harbour.Dispose();

    [Fact]
    public async Task A_second_clone_makes_nothing_that_the_first_one_gave()
    {
        await _harbour.FilledAsync();

        Assert.Empty(await _harbour.RunAsync());

        Assert.Empty(_harbour.Second.Warnings);
        Assert.Contains("Frame: 2 of 2 results came from the remote cache, 0.0 MiB.", _harbour.Second.Log.Lines);
        Assert.Empty(_harbour.Server.Paths("PUT"));
    }

    [Fact]
    public async Task What_came_from_there_is_counted_as_reused_and_said_once()
    {
        await _harbour.FilledAsync();

        var (paint, _) = await _harbour.Second.RunAsync();
        var (again, _) = await _harbour.Second.RunAsync();

        Assert.Equal((0, 2, 2), (paint.Run, paint.Reused, paint.Remote));
        Assert.Equal((0, 2, 0), (again.Run, again.Reused, again.Remote));
    }

    [Fact]
    public async Task Blobs_go_before_the_record_that_names_them()
    {
        await _harbour.First.RunAsync();

        var puts = _harbour.Server.Paths("PUT").ToList();
        var key = _harbour.First.Open().Actions.All().Select(key => $"ac/{key}").Intersect(_harbour.Server.Stored("ac")).ToList();
        Assert.Equal(4, key.Count);
        Assert.Equal(4, puts.Count(path => path.StartsWith("cas/", StringComparison.Ordinal)));
        // Each record is the one of a blob that was put before it.
        Assert.All(Enumerable.Range(1, puts.Count), count => Assert.True(
            puts.Take(count).Count(path => path.StartsWith("ac/", StringComparison.Ordinal)) <= puts.Take(count).Count(path => path.StartsWith("cas/", StringComparison.Ordinal))));
        Assert.Contains("4 of 4 results went to the remote cache.", _harbour.First.Log.Lines);
    }

    [Fact]
    public async Task Nothing_is_given_unless_it_is_said()
    {
        await _harbour.Second.RunAsync();

        Assert.Empty(_harbour.Server.Paths("PUT"));
        Assert.Empty(_harbour.Server.Paths("HEAD"));
    }

    [Fact]
    public async Task A_blob_that_is_there_is_not_sent_again()
    {
        _harbour.Server.Entries[Harbour.BlobOf("PICTURE A")] = "PICTURE A"u8.ToArray();

        await _harbour.First.RunAsync();

        Assert.DoesNotContain(Harbour.BlobOf("PICTURE A"), _harbour.Server.Paths("PUT"));
        Assert.Contains(Harbour.BlobOf("PICTURE B"), _harbour.Server.Paths("PUT"));
    }

    [Fact]
    public async Task A_blob_that_is_there_with_another_number_of_bytes_is_sent_again()
    {
        _harbour.Server.Entries[Harbour.BlobOf("PICTURE A")] = "PICT"u8.ToArray();

        await _harbour.First.RunAsync();

        Assert.Equal("PICTURE A"u8.ToArray(), _harbour.Server.Entries[Harbour.BlobOf("PICTURE A")]);
    }

    [Fact]
    public async Task Where_all_is_here_nobody_connects()
    {
        await _harbour.FilledAsync();
        _harbour.First.Remote = _ => throw new InvalidOperationException("connected");

        await _harbour.First.RunAsync();

        Assert.Empty(_harbour.First.Ran);
    }

    [Fact]
    public async Task A_look_asks_nobody()
    {
        await _harbour.FilledAsync();

        var (paint, _) = _harbour.Second.Look();

        Assert.Equal(2, paint.Run);
        Assert.Empty(_harbour.Server.Requests);
    }

    [Fact]
    public async Task A_look_that_asks_knows_what_would_come_and_takes_nothing()
    {
        await _harbour.FilledAsync();

        var (paint, frame, remote) = await _harbour.Second.LookAsync();

        Assert.Equal((0, 2, 2, _harbour.Server.Address), (paint.Run, paint.Reused, paint.Remote, remote));
        // What is made of what would come is known too.
        Assert.Equal((0, 2, 2), (frame.Run, frame.Reused, frame.Remote));
        Assert.Equal(4, _harbour.Server.Requests.Count);
        Assert.All(_harbour.Server.Requests, request => Assert.StartsWith("GET ac/", $"{request.Method} {request.Path}", StringComparison.Ordinal));
        Assert.False(Directory.Exists(_harbour.Second["artifacts"]));
        Assert.Equal(2, _harbour.Second.Look().Paint.Run);
    }

    [Fact]
    public async Task A_look_that_asks_tells_what_is_not_there()
    {
        await _harbour.FilledAsync();
        _harbour.Second.With("c");

        var (paint, frame, _) = await _harbour.Second.LookAsync();

        Assert.Equal((1, 2), (paint.Run, paint.Remote));
        Assert.Equal(["1 item (c): has not run before"], paint.Reasons);
        Assert.Equal((1, 2), (frame.Run, frame.Remote));
    }

    [Fact]
    public async Task A_look_that_asks_for_nothing_does_not_connect()
    {
        await _harbour.FilledAsync();
        _harbour.First.Remote = _ => throw new InvalidOperationException("connected");

        var (paint, _, remote) = await _harbour.First.LookAsync();

        Assert.Equal((0, 2, 0, null), (paint.Run, paint.Reused, paint.Remote, remote));
    }

    [Fact]
    public async Task A_look_at_a_server_that_is_down_says_so_once_and_tells_the_rest()
    {
        _harbour.Server.Mishap = (context, _, _) => FakeRemote.Answer(context, 503);

        var (paint, frame, remote) = await _harbour.Second.LookAsync();

        Assert.Equal((2, 2, null), (paint.Run, frame.Run, remote));
        Assert.Contains("answers 503", Assert.Single(_harbour.Second.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_came_names_where_from_and_what_was_made_here_names_nothing()
    {
        await _harbour.FilledAsync();
        _harbour.Second.With("c");
        await _harbour.Second.RunAsync();

        using var cache = _harbour.Second.Open();
        var results = ResultIndex.Read(cache).All.Select(result => result.Result).OrderBy(result => (result.Stage, result.Item)).ToList();

        Assert.Equal(["a", "b", "c", "a", "b", "c"], results.Select(result => result.Item));
        Assert.Equal([_harbour.Server.Address, _harbour.Server.Address, null, _harbour.Server.Address, _harbour.Server.Address, null], results.Select(result => result.From));
    }

    [Fact]
    public async Task What_was_made_while_nothing_was_given_goes_there_when_it_is_reused()
    {
        _harbour.Timing = Harbour.Quick with { Transfers = 2 };
        await _harbour.Second.RunAsync();
        Assert.Empty(_harbour.Server.Entries);
        _harbour.Connect(_harbour.Second, writes: true);

        await _harbour.Second.RunAsync();

        Assert.Empty(_harbour.Second.Ran);
        Assert.Equal((4, 4), (_harbour.Server.Stored("ac").Count(), _harbour.Server.Stored("cas").Count()));
        Assert.Contains("4 results of earlier runs went to the remote cache.", _harbour.Second.Log.Lines);
        Assert.InRange(_harbour.Server.Most, 1, 2);
        Assert.Empty(_harbour.Second.Warnings);
    }

    [Fact]
    public async Task What_was_made_while_it_was_down_goes_there_later()
    {
        _harbour.Server.Mishap = (context, _, _) => FakeRemote.Answer(context, 503);
        await _harbour.First.RunAsync();
        _harbour.Server.Mishap = (_, _, _) => false;

        await _harbour.First.RunAsync();

        Assert.Empty(_harbour.First.Ran);
        Assert.Equal(4, _harbour.Server.Stored("ac").Count());
    }

    [Fact]
    public async Task What_is_there_already_is_asked_for_once_and_not_sent()
    {
        await _harbour.Second.RunAsync();
        await _harbour.FilledAsync();
        _harbour.Connect(_harbour.Second, writes: true);

        await _harbour.Second.RunAsync();

        Assert.Equal(_harbour.Server.Stored("ac"), _harbour.Server.Paths("HEAD").Order(StringComparer.Ordinal));
        Assert.Empty(_harbour.Server.Paths("PUT"));
        Assert.DoesNotContain(_harbour.Second.Log.Lines, line => line.Contains("earlier runs", StringComparison.Ordinal));
        // And the next run need not ask.
        _harbour.Second.Remote = _ => throw new InvalidOperationException("connected");
        await _harbour.Second.RunAsync();
    }

    [Fact]
    public async Task What_did_not_get_there_is_tried_again_by_the_next_run()
    {
        await _harbour.Second.RunAsync();
        _harbour.Connect(_harbour.Second, writes: true);
        _harbour.Server.Mishap = (context, path, _) => path == Harbour.BlobOf("PICTURE A") && context.Request.HttpMethod == "PUT" && FakeRemote.Answer(context, 503);
        await _harbour.Second.RunAsync();
        Assert.Equal(3, _harbour.Server.Stored("ac").Count());
        _harbour.Server.Mishap = (_, _, _) => false;
        _harbour.Server.Requests.Clear();

        await _harbour.Second.RunAsync();

        Assert.Equal(4, _harbour.Server.Stored("ac").Count());
        // Of the other stage all was there.
        Assert.Equal(2, _harbour.Server.Paths("HEAD").Count(path => path.StartsWith("ac/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Only_the_files_of_stages_that_are_wanted_come()
    {
        await _harbour.FilledAsync();
        using var cache = _harbour.Second.Open();
        var graph = _harbour.Second.Graph();
        using var run = _harbour.Second.RunOf(graph, cache, _harbour.Second.Log);

        await run.RunAsync([graph.Stages[0]], TestContext.Current.CancellationToken);

        Assert.Empty(_harbour.Second.Ran);
        Assert.Equal([Harbour.BlobOf("PICTURE A"), Harbour.BlobOf("PICTURE B")], Fetched().OrderBy(path => path == Harbour.BlobOf("PICTURE B")));
    }

    [Fact]
    public async Task A_file_that_lies_in_its_place_is_not_fetched()
    {
        await _harbour.FilledAsync();
        _harbour.Second.Write("artifacts/paint/a.txt", "PICTURE A");

        Assert.Empty(await _harbour.RunAsync());

        Assert.DoesNotContain(Harbour.BlobOf("PICTURE A"), Fetched());
        Assert.Contains(Harbour.BlobOf("PICTURE B"), Fetched());
    }

    [Fact]
    public async Task A_blob_that_is_missing_here_is_fetched_for_the_record_that_is_not()
    {
        await _harbour.FilledAsync();
        var lost = ContentHash.Of("PICTURE A");
        using (var cache = _harbour.First.Open())
            File.Delete(cache.Content.PathOf(lost));
        File.Delete(_harbour.First["artifacts/paint/a.txt"]);

        await _harbour.First.RunAsync();

        Assert.Empty(_harbour.First.Ran);
        Assert.Equal([$"cas/{lost}"], Fetched());
        Assert.Equal("PICTURE A", _harbour.First.Read("artifacts/paint/a.txt"));
    }

    [Fact]
    public async Task What_is_not_there_is_made_and_the_rest_is_taken()
    {
        await _harbour.FilledAsync();
        _harbour.Second.With("c");
        _harbour.First.With("c");
        await _harbour.First.RunAsync();
        foreach (var path in _harbour.Server.Stored("ac").ToList())
        {
            using var cache = _harbour.First.Open();
            if (ContentHash.TryParse(path[3..], out var key) && cache.Actions.TryGet(key) is { Stage: "Frame", Item: "c" })
                _harbour.Server.Entries.TryRemove(path, out _);
        }

        Assert.Equal(["Frame c"], await _harbour.RunAsync());
    }

    [Fact]
    public async Task A_record_whose_blob_does_not_come_is_not_taken_over()
    {
        await _harbour.FilledAsync();
        _harbour.Server.Entries.TryRemove(Harbour.BlobOf("PICTURE A"), out _);
        _harbour.Second.WhilePainting = (_, _) => throw new InvalidDataException("no paint");

        await Assert.ThrowsAsync<InvalidDataException>(_harbour.Second.RunAsync);

        using var cache = _harbour.Second.Open();
        Assert.Equal(["b"], ResultIndex.Read(cache).All.Select(result => result.Result.Item));
    }

    [Fact]
    public async Task A_record_that_came_says_what_has_changed_since()
    {
        await _harbour.FilledAsync();
        await _harbour.RunAsync();
        _harbour.Second.Color = "blue";

        var (paint, _) = _harbour.Second.Look();

        Assert.Equal(["2 items (a, b): `color` red → blue"], paint.Reasons);
    }

    [Fact]
    public async Task What_a_device_is_needed_for_is_not_asked_for_where_all_comes()
    {
        await _harbour.FilledAsync();

        var outcomes = await _harbour.Second.RunAsync(_harbour.Second.Graph(), options => options with { Before = (_, _) => throw new InvalidOperationException("no device") });

        Assert.Equal(2, outcomes[1].Remote);
    }

    [Fact]
    public async Task A_job_without_its_plan_is_taken_and_given_too()
    {
        var graph = new JobGraph([new StageNode("Write", null, [new JobNode("Write", "boat", new WriteJob("a boat"), ["out/boat.txt"])])]);
        var (first, second) = (_harbour.First, _harbour.Clone(writes: true));
        var json = await KeptAsync(first, graph);

        using (var cache = second.Open())
            await RunAsync(cache, json);
        Assert.Empty(second.Log.Lines);
        Assert.Equal("a boat", second.Read("out/boat.txt"));

        _harbour.Server.Entries.Clear();
        using (var third = new Cache(_harbour.Second.Root, Assert.Fail) { ConnectRemote = second.Remote, GivesTo = second.GivesTo })
            await RunAsync(third, json);
        Assert.Equal("a boat", _harbour.Second.Read("out/boat.txt"));
        Assert.Equal([Harbour.BlobOf("a boat")], _harbour.Server.Stored("cas"));
        second.Dispose();

        async Task RunAsync(Cache cache, JobJson job) => await new LooseJob(cache, EnvironmentFacts.None, second.Log).RunAsync(job, [typeof(WriteJob)], TestContext.Current.CancellationToken);
    }

    private static async Task<JobJson> KeptAsync(Yard yard, JobGraph graph)
    {
        await yard.RunAsync(graph);
        using var cache = yard.Open();
        return LooseJob.Find(cache, Assert.Single(cache.Jobs()));
    }

    private IReadOnlyList<string> Fetched() => [.. _harbour.Server.Paths("GET").Where(path => path.StartsWith("cas/", StringComparison.Ordinal))];

    private sealed record WriteJob(string Text) : IJob
    {
        public JobKind Kind => new("Write", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [new("text")];

        public void Run(JobIo io)
        {
            io.Line("written");
            io.WriteText("text", Text);
        }
    }
}
