using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Nights;

namespace Slipway.Pipeline.Tests.Nights;

public sealed class NightTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_night_like_the_others_ends_with_0_and_says_so()
    {
        var (report, text) = await RunAsync(Quiet());
        Assert.Equal(0, report.Code);
        Assert.Equal(["Plan", "Run", "Reproduce", "Verify", "Check", "Measures"], report.Steps.Select(step => step.Name));
        Assert.StartsWith("# Night of 2026-11-29: all is as it should be\n\n`lora.pipeline.yaml`, profile `tiny`; ", text, StringComparison.Ordinal);
        Assert.Contains("- Evaluate: 1 ran, 0 reused, 2.0 s\n  - `seeds`: 12 added\n", text, StringComparison.Ordinal);
        Assert.Contains("- grids: `artifacts/grids/versions.png` and 3 more\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("What to look at", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_date_chooses_the_version_that_is_trained_again()
    {
        var chosen = new List<string>();
        for (var day = 27; day <= 30; day++)
        {
            var pipeline = Quiet();
            await RunAsync(pipeline, day);
            chosen.AddRange(pipeline.Reproduced);
        }

        Assert.Equal(4, chosen.Count);
        Assert.Equal(["v01", "v02", "v03"], chosen.Take(3).Order(StringComparer.Ordinal));
        Assert.Equal(chosen[0], chosen[3]);
    }

    [Fact]
    public async Task Other_bytes_end_with_3()
    {
        var (report, text) = await RunAsync(Quiet(different: "artifacts/lora/boat.safetensors (1 of 96 tensors: a.weight by up to 1E-05)"));
        Assert.Equal(3, report.Code);
        Assert.Contains("## What to look at\n\n- Reproduce (differs): Training ", text, StringComparison.Ordinal);
        Assert.Contains("a.weight by up to 1E-05", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_ends_with_3_and_is_named() =>
        Assert.Contains("Verify (differs): the output a.png is missing", (await RunAsync(new QuietPipeline(_folder["artifacts"]) { Damaged = ["the output a.png is missing"] })).Text, StringComparison.Ordinal);

    /// <summary>A stage that failed keeps nothing else from being looked at.</summary>
    [Fact]
    public async Task What_fails_is_told_and_the_rest_goes_on()
    {
        var pipeline = new QuietPipeline(_folder["artifacts"]) { RunFails = new InvalidOperationException("The tagger died.") };
        var (report, text) = await RunAsync(pipeline);
        Assert.Equal(1, report.Code);
        Assert.Single(pipeline.Reproduced);
        Assert.True(pipeline.WasVerified);
        Assert.Contains("- **Check**: not done: there are no results of tonight.\n", text, StringComparison.Ordinal);
        Assert.Contains("- Run (failed): The tagger died.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_findings_a_wrong_input_counts_before_a_failure_before_a_difference()
    {
        var both = new RunFailedException([new InvalidOperationException("The tagger died."), new InvalidDataException("a.png is no picture.")]);
        Assert.Equal(2, (await RunAsync(new QuietPipeline(_folder["artifacts"]) { RunFails = both, Different = "x" })).Report.Code);
        Assert.Equal(1, (await RunAsync(new QuietPipeline(_folder["artifacts"]) { RunFails = new InvalidOperationException("The tagger died."), Different = "x" })).Report.Code);
    }

    [Fact]
    public async Task A_plan_that_cannot_be_read_is_named_in_the_report()
    {
        var (report, path) = await NightOf(() => throw new InvalidDataException("lora.pipeline.yaml:3:1: `nmae` is not a known key."), 29).RunAsync(CancellationToken.None);
        Assert.Equal(2, report.Code);
        Assert.Equal(_folder["artifacts/nightly.md"], path);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.StartsWith("# Night of 2026-11-29: the plan or an input is wrong\n", text, StringComparison.Ordinal);
        Assert.Contains("- Plan (wrong): lora.pipeline.yaml:3:1: `nmae` is not a known key.\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SnapshotOutcome.Same, 0)]
    [InlineData(SnapshotOutcome.NothingAccepted, 0)]
    [InlineData(SnapshotOutcome.Different, 3)]
    [InlineData(SnapshotOutcome.NotComparable, 1)]
    public async Task Accepted_snapshots_are_compared(SnapshotOutcome outcome, int code)
    {
        var findings = outcome == SnapshotOutcome.Different ? [new SnapshotFinding(SnapshotPart.Picture, "v03 beach 11 is another picture")] : Array.Empty<SnapshotFinding>();
        var (report, text) = await RunAsync(new QuietPipeline(_folder["artifacts"]) { Check = new(outcome, "snapshots") { Findings = findings } });
        Assert.Equal(code, report.Code);
        Assert.Equal(outcome == SnapshotOutcome.Different, text.Contains("- Check (differs): v03 beach 11 is another picture\n", StringComparison.Ordinal));
    }

    /// <summary>A version of which all pictures changed would fill the page; what was received names each.</summary>
    [Fact]
    public async Task Of_many_pictures_of_a_version_the_first_few_are_named()
    {
        SnapshotFinding[] findings =
        [
            new(SnapshotPart.Picture, "v03: 5 of 44 pictures are not as accepted.") { Version = "v03" },
            .. Enumerable.Range(1, 5).Select(seed => new SnapshotFinding(SnapshotPart.Picture, $"v03, beach, seed {seed}: another picture") { Version = "v03", Kind = "beach", Seed = seed }),
        ];

        var (report, text) = await RunAsync(new QuietPipeline(_folder["artifacts"]) { Check = new(SnapshotOutcome.Different, "snapshots") { Findings = findings } });

        Assert.Equal(3, report.Code);
        Assert.Equal(
            ["v03: 5 of 44 pictures are not as accepted.", .. Enumerable.Range(1, 3).Select(seed => $"v03, beach, seed {seed}: another picture"), "… and 2 more of v03"],
            text.Split('\n').Where(line => line.StartsWith("- Check (differs): ", StringComparison.Ordinal)).Select(line => line["- Check (differs): ".Length..]));
    }

    [Fact]
    public async Task A_measure_that_leaves_its_interval_is_named_from_and_to()
    {
        await RunAsync(Measuring(0.9), 27);
        var (within, _) = await RunAsync(Measuring(0.86), 28);
        Assert.Equal(0, within.Code);
        var (outside, text) = await RunAsync(Measuring(0.5));
        Assert.Equal(3, outside.Code);
        Assert.Contains("- Measures (differs): v03 background_recall: 0.86 → 0.5 (usual: 0.81 to 0.95)\n", text, StringComparison.Ordinal);
        Assert.Contains("| background_recall | 0.86 → **0.5** |", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_measure_that_can_no_longer_be_told_is_named()
    {
        await RunAsync(Measuring(0.9), 28);
        Assert.Contains("v03 background_recall: 0.9 → cannot be told", (await RunAsync(Measuring(null))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nights_of_another_profile_are_others()
    {
        await RunAsync(Measuring(0.9, "sdxl"), 28);
        Assert.Equal(0, (await RunAsync(Measuring(0.5))).Report.Code);
    }

    /// <summary>The line of a night that a crash cut off, or that somebody has edited, is passed over and kept.</summary>
    [Fact]
    public async Task Damaged_lines_of_nights_are_passed_over()
    {
        await RunAsync(Measuring(0.9), 27);
        var history = _folder[".slipway/nights/lora.pipeline.jsonl"];
        var good = await File.ReadAllTextAsync(history, TestContext.Current.CancellationToken);
        string[] bad = ["no json", "{}", "null", "[1]", good.Replace("0.9", "1e999", StringComparison.Ordinal).Trim(), good.Replace("\"measures\":{", "\"measures\":null,\"x\":{", StringComparison.Ordinal).Trim(), good[..40]];
        await File.WriteAllTextAsync(history, good + string.Join('\n', bad), TestContext.Current.CancellationToken);

        var (report, text) = await RunAsync(Measuring(0.5));

        Assert.Equal(3, report.Code);
        Assert.Contains("7 damaged lines of the nights before cannot be read.", text, StringComparison.Ordinal);
        var lines = (await File.ReadAllTextAsync(history, TestContext.Current.CancellationToken)).TrimEnd().Split('\n');
        Assert.Equal(bad, lines[1..^1]);
        Assert.Contains("\"date\":\"2026-11-29\"", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_nights_at_once_are_one()
    {
        var under = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        var first = RunAsync(new QuietPipeline(_folder["artifacts"])
        {
            Runs = _ =>
            {
                under.SetResult();
                return end.Task;
            },
        });
        await under.Task;

        var second = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(Quiet()));

        Assert.Equal($"Another night of lora.pipeline.yaml is under way (process {Environment.ProcessId}); this one ends.", second.Message);
        end.SetResult();
        Assert.Equal(0, (await first).Report.Code);
        Assert.Equal(0, (await RunAsync(Quiet())).Report.Code);
    }

    /// <summary>The operating system frees a lock with its process; what a dead night leaves is a file that nobody holds.</summary>
    [Fact]
    public async Task The_lock_of_a_dead_night_stops_nobody()
    {
        Directory.CreateDirectory(_folder[".slipway/nights"]);
        await File.WriteAllTextAsync(_folder[".slipway/nights/lora.pipeline.lock"], "4711", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await RunAsync(Quiet())).Report.Code);
    }

    [Fact]
    public async Task A_night_whose_time_is_up_stops_and_says_so()
    {
        var clock = new NightClock(29);
        var pipeline = new QuietPipeline(_folder["artifacts"])
        {
            Runs = cancel =>
            {
                clock.Ring();
                return Task.Delay(Timeout.Infinite, cancel);
            },
        };

        var (report, path) = await new Night(() => pipeline, Options() with { Budget = TimeSpan.FromHours(1) }, clock, new NoProgress()).RunAsync(CancellationToken.None);

        Assert.Equal((0, false), (report.Code, report.IsFinished));
        Assert.Empty(pipeline.Reproduced);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.StartsWith("# Night of 2026-11-29: not finished\n", text, StringComparison.Ordinal);
        Assert.Contains("- **Run**: not finished: the time was up", text, StringComparison.Ordinal);
    }

    private QuietPipeline Quiet(string? different = null) => new(_folder["artifacts"]) { Different = different };

    private QuietPipeline Measuring(double? recall, string profile = "tiny") => new(_folder["artifacts"])
    {
        Profile = profile,
        Measures = new(StringComparer.Ordinal) { ["background_recall"] = recall },
        Intervals = recall is { } value ? new(StringComparer.Ordinal) { ["background_recall"] = [Math.Round(value - 0.05, 4), Math.Round(value + 0.05, 4)] } : new(StringComparer.Ordinal),
    };

    private NightOptions Options() => new(_folder["lora.pipeline.yaml"])
    {
        CodeOf = exception => exception switch
        {
            InvalidDataException => NightFinding.Wrong,
            _ => NightFinding.Failed,
        },
    };

    private Night NightOf(Func<IPipeline> open, int day) => new(open, Options(), new NightClock(day), new NoProgress());

    private async Task<(NightReport Report, string Text)> RunAsync(QuietPipeline pipeline, int day = 29)
    {
        var (report, path) = await NightOf(() => pipeline, day).RunAsync(CancellationToken.None);
        return (report, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    /// <summary>Three at night, in November 2026.</summary>
    private sealed class NightClock(int day) : TimeProvider
    {
        private readonly List<Action> _timers = [];

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 11, day, 3, 0, 0, TimeSpan.Zero);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(() => callback(state));
            return new QuietTimer();
        }

        /// <summary>The time of every timer is up.</summary>
        public void Ring() => _timers.ForEach(timer => timer());

        private sealed class QuietTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    private sealed class NoProgress : IProgressSink
    {
        public void Report(string stage, int done, int all, string? detail)
        {
        }

        public void End(string stage)
        {
        }

        public void Line(string text)
        {
        }

        public void Warn(string text)
        {
        }
    }
}
