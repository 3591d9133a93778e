using System.Collections.Concurrent;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Engine.Options;

namespace Slipway.Slurm.Tests;

/// <summary>What the driver does about a queue; the jobs themselves are nobody's.</summary>
public sealed class SlurmExecutorTests : IDisposable
{
    private static readonly SlurmOptions Fast = new() { Poll = 0, Settle = 0 };
    private readonly TemporaryFolder _folder = new();
    private readonly FakeSlurm _slurm = new();
    private readonly Told _told = new();
    private readonly Clock _clock = new();
    private readonly ConcurrentDictionary<ContentHash, bool> _stored = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Trainings_that_are_ready_at_once_are_one_array_and_pictures_share_tasks()
    {
        var executor = Executor(Fast with { Resources = new SlurmResources { JobsPerTask = 2, Partition = "gpu" } });
        HandedJob[] jobs = [Job("Train v01", "a", "Train"), Job("Train v02", "b", "Train"), Job("Backgrounds", "1", "Draw"), Job("Backgrounds", "2", "Draw"), Job("Backgrounds", "3", "Draw")];
        _slurm.Queued = id =>
        {
            StoreAll(jobs);
            _slurm.End(id);
        };

        await Task.WhenAll(jobs.Select(job => executor.RunAsync(job, Cancellation)));

        Assert.Equal(2, _slurm.Scripts.Count);
        Assert.All(_slurm.Scripts.Values, script => Assert.Contains("#SBATCH --partition=gpu\n", File.ReadAllText(script), StringComparison.Ordinal));
        Assert.Equal(["1", "1"], Tasks("slipway-train"));
        Assert.Equal(["2", "1"], Tasks("slipway-draw"));
    }

    [Fact]
    public async Task A_full_queue_is_told_once_and_asked_again()
    {
        var job = Job("Train v01", "a", "Train");
        foreach (var _ in Enumerable.Range(0, 2))
            _slurm.Refusals.Enqueue(new SlurmException("sbatch takes no job now: QOSMaxSubmitJobPerUserLimit") { IsPassing = true });
        _slurm.Queued = id =>
        {
            StoreAll(job);
            _slurm.End(id);
        };

        await Executor(Fast).RunAsync(job, Cancellation);

        Assert.Equal(["Slurm: sbatch takes no job now: QOSMaxSubmitJobPerUserLimit. Trying again every 0 s.", "Train v01: in Slurm's queue as 1."], _told.Lines);
    }

    [Fact]
    public async Task What_Slurm_does_not_take_fails_the_job_with_its_words()
    {
        _slurm.Refusals.Enqueue(new InvalidDataException("sbatch refuses a job: invalid partition."));

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => Executor(Fast).RunAsync(Job("Train v01", "a", "Train"), Cancellation));

        Assert.Equal("sbatch refuses a job: invalid partition.", e.Message);
    }

    [Fact]
    public async Task The_tasks_of_a_driver_that_was_killed_are_found_and_not_queued_again()
    {
        var job = Job("Train v01", "a", "Train");
        using var killed = new CancellationTokenSource();
        var queued = new TaskCompletionSource();
        _slurm.Queued = _ => queued.TrySetResult();
        var first = Executor(Fast, leaves: true).RunAsync(job, killed.Token);
        await queued.Task;
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        var second = Executor(Fast).RunAsync(job, Cancellation);
        Until(() => _told.Lines.Any(line => line.Contains("found in Slurm's queue as 1_0 (pending), from an earlier run.", StringComparison.Ordinal)));
        StoreAll(job);
        _slurm.Set(new TaskId(1, 0), task => task with { State = "COMPLETED" });
        await second;

        Assert.Single(_slurm.Scripts);
        Assert.Empty(_slurm.Cancelled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_tasks_of_a_run_that_is_stopped_are_cancelled_unless_they_are_left(bool leaves)
    {
        using var stop = new CancellationTokenSource();
        var queued = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _slurm.Queued = _ => queued.TrySetResult();
        var run = Executor(Fast, leaves).RunAsync(Job("Train v01", "a", "Train"), stop.Token);
        await queued.Task;

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(leaves ? [] : [new TaskId(1, 0)], _slurm.Cancelled);
    }

    [Fact]
    public async Task What_Slurm_takes_into_no_one_array_goes_into_several()
    {
        HandedJob[] jobs = [.. Enumerable.Range(0, 1001).Select(i => Job("Backgrounds", $"{i}", "Draw"))];
        _slurm.Queued = id =>
        {
            StoreAll(jobs);
            _slurm.End(id);
        };
        var executor = Executor(Fast with { Resources = new SlurmResources { JobsPerTask = 1 } });

        await Task.WhenAll(jobs.Select(job => executor.RunAsync(job, Cancellation)));

        // MaxArraySize is 1001 where nobody has said anything else: one more than the highest index.
        Assert.Equal(["--array=0-999", "--array=0-0"], _slurm.Scripts.OrderBy(script => script.Key).Select(script => File.ReadLines(script.Value).Single(line => line.Contains("--array=", StringComparison.Ordinal))["#SBATCH ".Length..]));
    }

    [Fact]
    public async Task What_is_stored_is_done_though_its_task_stays_in_the_queue()
    {
        var job = Job("Train v01", "a", "Train");
        var queued = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _slurm.Queued = id =>
        {
            _slurm.Set(new TaskId(id, 0), task => task with { State = "RUNNING", Nodes = "n1" });
            queued.TrySetResult();
        };
        var run = Executor(Fast).RunAsync(job, Cancellation);
        await queued.Task;
        StoreAll(job);

        _clock.Passed = TimeSpan.FromMinutes(1);

        await run.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    [Fact]
    public async Task A_job_that_is_stored_is_done_whatever_the_queue_says()
    {
        var job = Job("Train v01", "a", "Train");
        _slurm.Queued = id =>
        {
            StoreAll(job);
            _slurm.Set(new TaskId(id, 0), task => task with { State = "FAILED" });
        };

        await Executor(Fast).RunAsync(job, Cancellation);
    }

    [Fact]
    public async Task What_lost_its_node_is_given_to_Slurm_again_and_not_for_ever()
    {
        var job = Job("Train v01", "a", "Train");
        _slurm.Queued = id =>
        {
            Assert.InRange(id, 1, 9);
            _slurm.Set(new TaskId(id, 0), task => task with { State = "NODE_FAIL" });
        };
        _slurm.Details = "JobId=1 JobState=NODE_FAIL BatchHost=n1 ExitCode=0:0";

        var e = await Assert.ThrowsAsync<SlurmException>(() => Executor(Fast).RunAsync(job, Cancellation));

        Assert.Equal(4, _slurm.Scripts.Count);
        Assert.Equal(3, _told.Lines.Count(line => line.EndsWith("lost its node on n1; it is given to Slurm again.", StringComparison.Ordinal)));
        Assert.StartsWith("Train v01: Slurm's job 4_0 lost its node on n1.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NODE_FAIL", 1, "")]
    [InlineData("COMPLETING", 1, "n1")]
    [InlineData("REQUEUED", 0, "")]
    [InlineData("PENDING", 1, "")]
    public async Task What_comes_back_from_a_node_is_told_once_whatever_the_queue_says_in_between(string state, int restarts, string nodes)
    {
        var job = Job("Train v01", "a", "Train");
        var task = new TaskId(1, 0);
        // What is told to it runs in the executor's own round, which must go on.
        var queued = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _slurm.Queued = _ => queued.TrySetResult();
        var run = Executor(Fast with { Settle = 60 }).RunAsync(job, Cancellation);
        await queued.Task;
        Show("RUNNING", 0, "n1");

        Show(state, restarts, nodes);
        Show("PENDING", 1, "");
        Show("RUNNING", 1, "n2");

        StoreAll(job);
        _slurm.End(1);
        await run;
        Assert.Equal(
            ["Train v01: in Slurm's queue as 1.", "Train v01: runs on n1 as 1_0.", "Train v01: Slurm's job 1_0 went back into the queue from n1, and goes on where it was.", "Train v01: runs on n2 as 1_0."],
            _told.Lines);

        void Show(string state, int restarts, string nodes)
        {
            _slurm.Set(task, now => now with { State = state, Restarts = restarts, Nodes = nodes });
            var before = _slurm.Looks;
            Until(() => _slurm.Looks > before + 1);
        }
    }

    [Fact]
    public async Task What_a_task_says_went_wrong_is_the_error_and_its_progress_and_lines_are_told()
    {
        HandedJob[] jobs = [Job("Train v01", "a", "Train"), Job("Train v02", "b", "Train")];
        _slurm.Queued = id =>
        {
            using (var progress = new TaskProgress(Path.Combine(Path.GetDirectoryName(_slurm.Scripts[id])!, "0.json"), new Told()))
            {
                progress.Report("Train v01", 7, 9, "loss 0.1");
                progress.Line("a line");
                progress.Warn("a warning");
                progress.Failed(jobs[0].Key, "The loss is not a number.");
            }

            StoreAll(jobs[1]);
            _slurm.Set(new TaskId(id, 1), task => task with { State = "COMPLETED" });
        };
        var executor = Executor(Fast);

        var failed = executor.RunAsync(jobs[0], Cancellation);
        await executor.RunAsync(jobs[1], Cancellation);
        var e = await Assert.ThrowsAsync<SlurmException>(() => failed);

        Assert.StartsWith("The loss is not a number. (Slurm's job 1_0, log ", e.Message, StringComparison.Ordinal);
        Assert.Contains("Train v01: 7 of 9, loss 0.1", _told.Lines);
        Assert.Contains("a line", _told.Lines);
        Assert.Contains("warning: a warning", _told.Lines);
    }

    [Fact]
    public async Task What_is_stored_is_done_though_its_task_says_that_it_failed()
    {
        var job = Job("Train v01", "a", "Train");
        _slurm.Queued = id =>
        {
            using (var progress = new TaskProgress(Path.Combine(Path.GetDirectoryName(_slurm.Scripts[id])!, "0.json"), new Told()))
                progress.Failed(job.Key, "The disk was full when another process had stored it.");
            StoreAll(job);
            _slurm.End(id);
        };

        await Executor(Fast).RunAsync(job, Cancellation);
    }

    [Theory]
    [InlineData("OUT_OF_MEMORY", "ExitCode=0:125 MinMemoryNode=2G BatchHost=n1", "was ended on n1, as a job is that takes more memory than it asked for (2G)")]
    [InlineData("FAILED", "ExitCode=0:9 MinMemoryNode=2G BatchHost=n1", "was ended on n1, as a job is that takes more memory than it asked for (2G)")]
    [InlineData("FAILED", "ExitCode=2:0 BatchHost=n1", "ended as FAILED (exit code 2:0) on n1")]
    [InlineData("TIMEOUT", "ExitCode=0:15 TimeLimit=00:10:00 BatchHost=n1", "came to its limit of time (00:10:00) on n1 before it could go back into the queue")]
    [InlineData(null, "", "is no longer in the queue, which remembers nothing of it")]
    public void The_end_of_a_task_is_read_without_accounting(string? state, string details, string what) => Assert.Equal(what, TaskEnd.Of(state, details).What);

    [Fact]
    public void A_line_of_the_queue_is_read_by_its_columns()
    {
        var line = "12          3           RUNNING             2       " + "n1".PadRight(60) + "Resources (and more)".PadRight(60) + "slipway:a:b".PadRight(120);

        Assert.Equal(new QueueTask(new TaskId(12, 3), "RUNNING", 2, "n1", "Resources (and more)", "slipway:a:b"), QueueTask.Parse(line));
        Assert.Null(QueueTask.Parse("12          N/A         RUNNING"));
    }

    [Theory]
    [InlineData("--constraint=a100", true)]
    [InlineData("--export=ALL,LD_PRELOAD=x.so", false)]
    [InlineData("constraint", false)]
    [InlineData("--a\nrm -rf /", false)]
    public void An_option_of_sbatch_is_one_line(string text, bool isOne)
    {
        var option = SlurmResources.Declared.Options.Single(option => option.Name == "sbatch");

        List<Slip> slips = [];
        option.Read(new SlurmResources(), new WrittenList([new WrittenText(text)]), slips);

        Assert.Equal(isOne, slips.Count == 0);
    }

    private SlurmExecutor Executor(SlurmOptions options, bool leaves = false) => new(
        options,
        new SlurmSetting(_folder.Path, _folder["cache"], ["slipway"]) { FactsOf = _ => EnvironmentFacts.None, Leaves = _ => leaves },
        _told,
        _slurm,
        _clock);

    private HandedJob Job(string stage, string label, string kind)
    {
        var key = ContentHash.Of($"{stage}/{label}");
        return new HandedJob(new JobNode(stage, label, new NamedJob(kind), []), key, () => _stored.ContainsKey(key), null);
    }

    private void StoreAll(params HandedJob[] jobs)
    {
        foreach (var job in jobs)
            _stored[job.Key] = true;
    }

    /// <summary>Keys in each task of the array with this name.</summary>
    private string[] Tasks(string name)
    {
        var folder = Path.GetDirectoryName(_slurm.Scripts.Values.Single(script => File.ReadAllText(script).Contains($"--job-name={name}\n", StringComparison.Ordinal)))!;
        return [.. Directory.GetFiles(folder).Where(file => int.TryParse(Path.GetFileName(file), out _)).Order(StringComparer.Ordinal).Select(file => $"{File.ReadAllLines(file).Length}")];
    }

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(60)));

    private sealed record WrittenList(IReadOnlyList<IWritten> Items) : IWrittenList
    {
        public string Kind => "a list";
    }

    private sealed record NamedJob(string Name) : IJob
    {
        public JobKind Kind => new(Name, 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [];

        public void Run(JobIo io) => throw new InvalidOperationException("Nobody does it.");
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Passed;
    }
}
