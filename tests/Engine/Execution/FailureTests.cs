using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using static Slipway.Engine.Tests.Execution.TextStages;

namespace Slipway.Engine.Tests.Execution;

/// <summary>What fails, or is stopped, and what becomes of the rest.</summary>
public sealed class FailureTests : IDisposable
{
    private const int DiskFull = 28;
    private readonly Yard _yard = new() { Jobs = 2 };

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task A_failure_lets_the_others_end_and_is_thrown_as_it_is()
    {
        using var failed = new ManualResetEventSlim();
        var graph = Graph(
            Stage("A", _yard.Job("a", _ => Throw(failed, "no paint"))),
            Stage("B", _yard.Job("b", io => Assert.True(failed.Wait(Long, io.Cancellation))), _yard.Job("c")),
            Stage("C", _yard.Job("d", null, new Ref("A/a"))));

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => _yard.RunAsync(graph));

        Assert.Equal("no paint", e.Message);
        Assert.Equal(["a", "b", "c"], _yard.Ran.Order(StringComparer.Ordinal));
        Assert.Equal("c", _yard.Read("out/B/c.txt"));
    }

    [Fact]
    public async Task What_any_stage_lacks_of_the_users_files_is_told_before_the_first_job_begins()
    {
        FileRef missing = new("in/late.txt", "text"), folder = new("in", "text");
        _yard.Write("in/there.txt", "there");

        var e = await Assert.ThrowsAsync<RunFailedException>(() => _yard.RunAsync(Graph(
            Stage("A", _yard.Job("a")),
            Stage("B", _yard.Job("b", null, missing, new FileRef("in/there.txt", "text"))),
            Stage("C", _yard.Job("c", null, new Ref("A/a"), missing), _yard.Job("d", null, new Ref("A/a"), folder)))));

        Assert.Equal("The text 'in/late.txt' does not exist; put it there, or name another in the plan.\nThe text 'in' is a folder; a file is expected there.", e.Message);
        Assert.Empty(_yard.Ran);
    }

    [Fact]
    public async Task A_file_that_goes_while_others_work_fails_what_reads_it_alone()
    {
        _yard.Write("in/late.txt", "late");

        await Assert.ThrowsAsync<FileNotFoundException>(() => _yard.RunAsync(Graph(
            Stage("A", _yard.Job("a", _ => File.Delete(_yard["in/late.txt"]))),
            Stage("B", _yard.Job("b", null, new Ref("A/a"), new FileRef("in/late.txt", "text"))),
            Stage("C", _yard.Job("c", null, new Ref("A/a"))))));

        Assert.Equal(["a", "c"], _yard.Ran);
    }

    [Fact]
    public async Task What_a_failure_ends_does_not_count_as_done_and_its_stage_comes_to_an_end()
    {
        using var failed = new ManualResetEventSlim();

        // The failure is known when this one ends.
        void Outlast(JobIo io)
        {
            Assert.True(failed.Wait(Long, io.Cancellation));
            Thread.Sleep(100);
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => _yard.RunAsync(Graph(Stage("A", _yard.Job("a", _ => Throw(failed, "no paint")), _yard.Job("b", Outlast), _yard.Job("c"), _yard.Job("d")))));

        Assert.Equal(["A: 1/4", "A: end"], _yard.Log.Lines.Skip(1));
    }

    [Fact]
    public async Task A_worker_whose_job_failed_takes_the_next()
    {
        _yard.Jobs = 1;

        await Assert.ThrowsAsync<InvalidDataException>(() => _yard.RunBehindGateAsync(
            Stage("A", _yard.Job("a", _ => throw new InvalidDataException("no paint"))) with { Weight = 5 },
            Stage("B", _yard.Job("b"))));

        Assert.Equal(["gate 1", "a", "b"], _yard.Ran);
    }

    [Fact]
    public async Task All_failures_are_told_in_the_graphs_order()
    {
        using var failed = new ManualResetEventSlim();
        var graph = Graph(
            Stage("A", _yard.Job("a", io =>
            {
                Assert.True(failed.Wait(Long, io.Cancellation));
                throw new InvalidDataException("no paint");
            })),
            Stage("B", _yard.Job("b", _ => Throw(failed, "no wood"))),
            Stage("C", _yard.Job("c", null, new Ref("B/b"))));

        var e = await Assert.ThrowsAsync<RunFailedException>(() => _yard.RunAsync(graph));

        Assert.Equal(["no paint", "no wood"], e.Failures.Select(failure => failure.Message));
        Assert.Equal("no paint\nno wood", e.Message);
        Assert.DoesNotContain("c", _yard.Ran);
    }

    [Fact]
    public async Task A_failure_that_two_stages_share_is_told_once()
    {
        var graph = Graph(Stage("A", _yard.Job("a", _ => throw new InvalidDataException("no paint"))), Stage("B", _yard.Job("b", _ => throw new InvalidDataException("no paint"))));

        await Assert.ThrowsAsync<InvalidDataException>(() => _yard.RunAsync(graph));
    }

    [Theory]
    [InlineData("disk full", "disk full", 1)]
    [InlineData("disk full", "disk broken", 2)]
    [InlineData("disk full", "another fault of the same number", 2)]
    [InlineData("refused", "refused", 1)]
    [InlineData("missing", "missing", 2)]
    [InlineData("of no number", "of no number", 2)]
    public async Task A_fault_of_the_system_is_told_once_whichever_files_meet_it(string first, string second, int told)
    {
        var graph = Graph(Stage("A", _yard.Job("a", _ => throw Fault(first, "a"))), Stage("B", _yard.Job("b", _ => throw Fault(second, "b"))));

        var e = await Assert.ThrowsAnyAsync<Exception>(() => _yard.RunAsync(graph));

        Assert.Equal(told, e is RunFailedException several ? several.Failures.Count : 1);
    }

    [Fact]
    public async Task What_needs_a_stage_that_failed_does_not_run_and_the_run_after_goes_on_from_there()
    {
        var isBroken = true;
        var graph = Graph(
            Stage("A", _yard.Job("a", _ =>
            {
                if (isBroken)
                    throw new InvalidDataException("no paint");
            })),
            Stage("B", _yard.Job("b", null, new Ref("A/a"))),
            Stage("C", _yard.Job("c", null, new Ref("B/b"))),
            Stage("D", _yard.Job("d")));
        await Assert.ThrowsAsync<InvalidDataException>(() => _yard.RunAsync(graph));
        Assert.Equal(["a", "d"], _yard.Ran.Order(StringComparer.Ordinal));
        isBroken = false;

        await _yard.RunAsync(graph);

        Assert.Equal(["a", "b", "c"], _yard.Ran);
    }

    [Fact]
    public async Task To_stop_stops_all_and_lets_go_of_the_locks()
    {
        using var both = new CountdownEvent(2);
        using var source = new CancellationTokenSource();
        var isFirst = true;
        void Work(JobIo io)
        {
            if (!isFirst)
                return;
            if (both.Signal())
                source.Cancel();
            io.Cancellation.WaitHandle.WaitOne(Long);
            io.Cancellation.ThrowIfCancellationRequested();
        }

        var graph = Graph(Stage("A", _yard.Job("a", Work)), Stage("B", _yard.Job("c", Work)), Stage("C", _yard.Job("d", null, new Ref("B/c"))));
        _yard.Cancellation = source.Token;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _yard.RunAsync(graph));
        Assert.Equal(["a", "c"], _yard.Ran.Order(StringComparer.Ordinal));
        (isFirst, _yard.Cancellation) = (false, TestContext.Current.CancellationToken);

        await _yard.RunAsync(graph).WaitAsync(Long, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "c", "d"], _yard.Ran.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_the_host_finds_before_a_stage_ends_the_run_before_it_begins()
    {
        _yard.Jobs = 1;
        Task Before(StageNode stage, CancellationToken cancellation) => stage.Label == "B" ? throw new InvalidDataException("too little memory") : Task.CompletedTask;

        var e = await Assert.ThrowsAsync<InvalidDataException>(() =>
            _yard.RunAsync(Graph(Stage("A", _yard.Job("a")), Stage("B", _yard.Job("b", null, new Ref("A/a"))), Stage("C", _yard.Job("c", null, new Ref("A/a"), new Ref("B/b")))), options => options with { Before = Before }));

        Assert.Equal("too little memory", e.Message);
        Assert.Equal(["a"], _yard.Ran);
    }

    [Fact]
    public async Task What_the_host_finds_before_a_stage_ends_the_run_for_those_that_do_not_need_it_too()
    {
        using var isKnown = new ManualResetEventSlim();
        Task Before(StageNode stage, CancellationToken cancellation)
        {
            if (stage.Label != "A")
                return Task.CompletedTask;
            Assert.True(SpinWait.SpinUntil(() => _yard.Ran.Count == 2, Long));
            throw new WatchedException("too little memory", isKnown);
        }

        var graph = Graph(
            Stage("A", _yard.Job("a")),
            Stage("B", _yard.Job("b", _ => throw new InvalidDataException("no wood"))), // what is found is compared with it, and so is seen to be known
            Stage("C", _yard.Job("c", io => Assert.True(isKnown.Wait(Long, io.Cancellation)))),
            Stage("D", _yard.Job("d", null, new Ref("C/c"))));

        var e = await Assert.ThrowsAsync<RunFailedException>(() => _yard.RunAsync(graph, options => options with { Before = Before }));

        Assert.Equal(["too little memory", "no wood"], e.Failures.Select(failure => failure.Message));
        Assert.Equal(["b", "c"], _yard.Ran.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_goes_wrong_between_jobs_fails_its_stage_and_lets_the_others_end()
    {
        Directory.CreateDirectory(_yard["lock.yaml"]);
        var graph = Graph(Stage("A", _yard.Job("a")), Stage("B", _yard.Job("b")), Stage("C", _yard.Job("c", null, new Ref("A/a"))));

        Assert.Contains("is a folder", (await Assert.ThrowsAsync<IOException>(() => _yard.RunAsync(graph))).Message, StringComparison.Ordinal);

        Assert.Equal(["a", "b"], _yard.Ran.Order(StringComparer.Ordinal));
        Assert.Equal("b", _yard.Read("out/B/b.txt"));
        Directory.Delete(_yard["lock.yaml"]);
        await _yard.RunAsync(graph).WaitAsync(Long, TestContext.Current.CancellationToken);
        Assert.Equal(["c"], _yard.Ran);
    }

    [Fact]
    public async Task What_a_stage_lacks_that_waits_for_another_that_lacks_something_is_told_too()
    {
        var e = await Assert.ThrowsAsync<RunFailedException>(() => _yard.RunAsync(Graph(
            Stage("A", _yard.Job("a", null, new FileRef("in/none.txt", "text"))),
            Stage("B", _yard.Job("b", null, new Ref("A/a"), new FileRef("in/nothing.txt", "text"))))));

        Assert.Equal(["none", "nothing"], e.Failures.Select(failure => Path.GetFileNameWithoutExtension(Assert.IsType<FileNotFoundException>(failure).FileName)));
    }

    [Fact]
    public async Task A_stage_of_which_an_output_has_no_place_is_not_done()
    {
        _yard.Write("out/A", "in the way");
        var graph = Graph(Stage("A", _yard.Job("a")));
        using var cache = _yard.Open();
        using var run = _yard.RunOf(graph, cache, _yard.Log);

        await Assert.ThrowsAnyAsync<IOException>(() => run.RunAsync(graph.Stages, TestContext.Current.CancellationToken));

        Assert.Empty(run.Outcomes);
    }

    [Fact]
    public async Task What_was_stored_and_cannot_be_read_back_fails_its_stage()
    {
        // Of two equal jobs the first is laid out; then the store is lost.
        _yard.Log.Hear = line =>
        {
            if (line == "A: 1/2")
                Directory.Delete(_yard[".slipway/cas"], recursive: true);
        };
        var same = _yard.Job("same").Job;

        var e = await Assert.ThrowsAsync<IOException>(() => _yard.RunAsync(Graph(Stage("A", ("x", same), ("y", same)))));

        Assert.Equal("What A stored of y cannot be read back; check the disk.", e.Message);
        Assert.Equal((true, false), (File.Exists(_yard["out/A/x.txt"]), File.Exists(_yard["out/A/y.txt"])));
    }

    private static void Throw(ManualResetEventSlim failed, string message)
    {
        failed.Set();
        throw new InvalidDataException(message);
    }

    private static Exception Fault(string what, string file) => what switch
    {
        "disk full" => new IOException(file, DiskFull),
        "disk broken" => new IOException(file, 5),
        "another fault of the same number" => new InvalidDataException(file) { HResult = DiskFull },
        "refused" => new UnauthorizedAccessException(file),
        "missing" => new FileNotFoundException(file),
        _ => new IOException(file),
    };

    /// <summary>Tells when somebody has looked at what it says.</summary>
    private sealed class WatchedException(string message, ManualResetEventSlim seen) : Exception
    {
        public override string Message
        {
            get
            {
                seen.Set();
                return message;
            }
        }
    }
}
