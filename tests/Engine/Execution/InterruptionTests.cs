using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

public sealed class InterruptionTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a", "b", "c");

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task A_failing_job_keeps_the_jobs_before_it()
    {
        _yard.WhilePainting = (_, label) =>
        {
            if (label == "b")
                throw new InvalidDataException("no paint");
        };
        await Assert.ThrowsAsync<InvalidDataException>(() => _yard.RunAsync());
        _yard.WhilePainting = (_, _) => { };

        await _yard.RunAsync();

        Assert.Equal(["Paint b", "Paint c", "Frame a", "Frame b", "Frame c"], _yard.Ran);
    }

    [Fact]
    public async Task What_is_not_stored_whole_has_no_record()
    {
        _yard.WhilePainting = (io, _) => File.WriteAllText(Path.Combine(Path.GetDirectoryName(io.Output("image"))!, "beside"), "what nobody has declared");

        await Assert.ThrowsAnyAsync<Exception>(() => _yard.RunAsync());

        using var cache = _yard.Open();
        Assert.Empty(cache.Actions.All());
    }

    [Fact]
    public async Task A_cancelled_run_stops_before_the_next_job()
    {
        using var source = new CancellationTokenSource();
        _yard.Cancellation = source.Token;
        _yard.WhilePainting = (_, _) => source.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _yard.RunAsync());

        Assert.Equal(["Paint a"], _yard.Ran);
    }

    [Fact]
    public async Task A_run_that_was_stopped_lets_go_of_the_lock_of_a_stage_that_it_left_half_done()
    {
        using var source = new CancellationTokenSource();
        _yard.Cancellation = source.Token;
        _yard.WhilePainting = (_, _) => source.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _yard.RunAsync());

        using var other = _yard.Open();
        using var free = await other.LockAsync("Paint", _ => Assert.Fail("Nobody works any more."), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Until_a_run_has_ended_its_items_are_noted_so_that_nobody_collects_them()
    {
        var noted = new List<int>();
        _yard.WhilePainting = (_, _) => noted.Add(Unfinished());

        await _yard.RunAsync();

        Assert.Equal([3, 3, 3], noted);
        Assert.Equal(0, Unfinished());
    }

    [Fact]
    public async Task A_wait_for_another_process_can_be_given_up()
    {
        using var source = new CancellationTokenSource();
        _yard.Cancellation = source.Token;
        using var other = _yard.Open();
        using var held = await other.LockAsync("Paint", _ => { }, TestContext.Current.CancellationToken);
        var run = _yard.RunAsync();
        await _yard.Log.FirstWait.Task;

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Empty(_yard.Ran);
    }

    [Fact]
    public async Task A_failing_job_leaves_no_work_behind()
    {
        _yard.WhilePainting = (_, _) => throw new InvalidDataException("no paint");

        await Assert.ThrowsAsync<InvalidDataException>(() => _yard.RunAsync());

        Assert.Empty(Directory.GetDirectories(Path.Combine(_yard.Cache, "work", "Paint")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_that_has_run_leaves_no_work_behind_whether_or_not_it_can_be_stored(bool isWhole)
    {
        _yard.WhilePainting = (io, _) =>
        {
            if (!isWhole)
                File.Delete(io.Output("image"));
        };

        Assert.Equal(isWhole, await Record.ExceptionAsync(() => _yard.RunAsync()) is null);

        Assert.Empty(Directory.GetDirectories(Path.Combine(_yard.Cache, "work", "Paint")));
    }

    [Fact]
    public async Task A_checkpoint_outlives_a_failure_and_goes_with_the_result()
    {
        string? checkpoint = null;
        _yard.WhilePainting = (io, _) =>
        {
            checkpoint = Path.Combine(io.CheckpointFolder, "step-10");
            File.WriteAllText(checkpoint, "half done");
            throw new IOException("killed");
        };
        await Assert.ThrowsAsync<IOException>(() => _yard.RunAsync());
        var found = "";
        _yard.WhilePainting = (io, label) => found += File.Exists(Path.Combine(io.CheckpointFolder, "step-10")) ? label : "";

        await _yard.RunAsync();

        Assert.Equal("a", found);
        Assert.False(File.Exists(checkpoint));
    }

    [Fact]
    public async Task Killed_between_the_blobs_and_the_record_only_that_item_runs_again()
    {
        await _yard.RunAsync();
        using (var cache = new Cache(_yard.Root, _yard.Warnings.Add))
        {
            File.Delete(cache.Actions.PathOf(new KeyedItemKey(_yard, cache)["b"]));
            foreach (var manifest in cache.Records.Recent(1))
                File.Delete(cache.Actions.PathOf(manifest));
        }

        await _yard.RunAsync();

        Assert.Equal(["Paint b"], _yard.Ran);
        Assert.Equal("PICTURE B", _yard.Read("artifacts/paint/b.txt"));
    }

    [Fact]
    public async Task What_a_killed_run_left_in_its_work_folder_is_none_of_the_next_ones()
    {
        await _yard.RunAsync();
        var keys = Directory.GetFiles(Path.Combine(_yard.Cache, "jobs"), "*.json", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file)).ToList();
        Directory.Delete(Path.Combine(_yard.Cache, "ac"), recursive: true);
        foreach (var key in keys)
        {
            _yard.Write($".slipway/work/Paint/{key}/half.tmp", "left behind");
            _yard.Write($".slipway/work/Frame/{key}/half.tmp", "left behind");
        }

        await _yard.RunAsync();

        Assert.Equal(6, _yard.Ran.Count);
    }

    [Fact]
    public async Task A_result_is_not_kept_when_an_input_changes_meanwhile()
    {
        _yard.WhilePainting = (_, label) =>
        {
            if (label == "b")
                _yard.Write("in/b.txt", "changed meanwhile");
        };

        var e = await Assert.ThrowsAsync<InputChangedException>(() => _yard.RunAsync());

        Assert.Equal($"{_yard["in/b.txt"]} changed while Paint ran on it; the result was not kept. Run again.", e.Message);
        _yard.WhilePainting = (_, _) => { };
        await _yard.RunAsync();
        Assert.Equal("CHANGED MEANWHILE", _yard.Read("artifacts/paint/b.txt"));
        Assert.DoesNotContain("Paint a", _yard.Ran);
    }

    [Fact]
    public async Task Of_two_runs_at_once_one_works_and_the_other_waits()
    {
        using var release = new ManualResetEventSlim();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _yard.WhilePainting = (_, _) =>
        {
            started.TrySetResult();
            release.Wait(TestContext.Current.CancellationToken);
        };
        var graph = _yard.Graph();
        using var firstCache = _yard.Open();
        using var secondCache = _yard.Open();
        var secondLog = new RecordingLog();
        using var firstRun = _yard.RunOf(graph, firstCache, _yard.Log);
        using var secondRun = _yard.RunOf(graph, secondCache, secondLog);
        var first = PaintAsync(firstRun, graph);
        await started.Task;
        var second = PaintAsync(secondRun, graph);
        await secondLog.FirstWait.Task;
        release.Set();

        Assert.Equal(3, (await first).Run);
        Assert.Equal((0, 3), ((await second).Run, (await second).Reused));
        Assert.Equal(["Paint a", "Paint b", "Paint c"], _yard.Ran);
        Assert.Empty(secondLog.Lines);
        using var free = await firstCache.LockAsync("Paint", _ => Assert.Fail("Nobody works any more."), TestContext.Current.CancellationToken);
    }

    /// <summary>How many items runs that have not ended need.</summary>
    private int Unfinished()
    {
        using var cache = _yard.Open();
        return cache.Records.Unfinished().Count();
    }

    private static async Task<StageOutcome> PaintAsync(GraphRun run, JobGraph graph) =>
        (await run.RunAsync([graph.Stages[0]], TestContext.Current.CancellationToken))[0];

    /// <summary>The keys of Paint's items, from its last manifest.</summary>
    private sealed class KeyedItemKey(Yard yard, Cache cache)
    {
        public ContentHash this[string label] => cache.Actions
            .TryGetManifest(cache.Records.Runs(yard.Profile, "Paint").First())!
            .Items.Single(item => item.Label == label).Key;
    }
}
