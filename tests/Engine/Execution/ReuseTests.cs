using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

public sealed class ReuseTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a", "b", "c");

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task The_first_run_does_everything_and_lays_the_outputs_out()
    {
        var (paint, frame) = await _yard.RunAsync();

        Assert.Equal(["Paint a", "Paint b", "Paint c", "Frame a", "Frame b", "Frame c"], _yard.Ran);
        Assert.Equal("PICTURE A", _yard.Read("artifacts/paint/a.txt"));
        Assert.Equal("[PICTURE C]", _yard.Read("artifacts/frame/c.txt"));
        Assert.Equal((3, 0), (paint.Run, paint.Reused));
        Assert.Equal(["3 items (a, b, c): has not run before"], frame.Reasons);
    }

    [Fact]
    public async Task The_second_run_does_nothing()
    {
        var first = await _yard.RunAsync();

        var second = await _yard.RunAsync();

        Assert.Empty(_yard.Ran);
        Assert.Equal((0, 3), (second.Frame.Run, second.Frame.Reused));
        Assert.Equal(first.Frame.OutputsHash, second.Frame.OutputsHash);
        Assert.Empty(second.Frame.Reasons);
    }

    [Fact]
    public async Task A_second_run_finds_all_in_the_manifest_without_the_items_own_records()
    {
        var (paint, frame) = await _yard.RunAsync();
        foreach (var record in Directory.GetFiles(Path.Combine(_yard.Cache, "ac"), "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(record) != paint.Fingerprint.ToString() && Path.GetFileName(record) != frame.Fingerprint.ToString())
                File.Delete(record);
        }

        await _yard.RunAsync();

        Assert.Empty(_yard.Ran);
    }

    [Fact]
    public async Task A_changed_parameter_runs_all_items_and_early_cutoff_spares_what_comes_after()
    {
        await _yard.RunAsync();
        _yard.Color = "blue";

        var (paint, _) = await _yard.RunAsync();

        Assert.Equal(["Paint a", "Paint b", "Paint c"], _yard.Ran);
        Assert.Equal(["3 items (a, b, c): `color` red → blue"], paint.Reasons);
    }

    [Fact]
    public async Task One_more_item_costs_one_item()
    {
        await _yard.RunAsync();
        _yard.With("d");

        var (paint, _) = await _yard.RunAsync();

        Assert.Equal(["Paint d", "Frame d"], _yard.Ran);
        Assert.Equal(["1 item (d): is new"], paint.Reasons);
    }

    [Fact]
    public async Task A_changed_input_runs_its_item_and_what_depends_on_it()
    {
        await _yard.RunAsync();
        _yard.Write("in/b.txt", "repainted");

        var (paint, frame) = await _yard.RunAsync();

        Assert.Equal(["Paint b", "Frame b"], _yard.Ran);
        Assert.Equal(["1 item (b): picture changed (b.txt)"], paint.Reasons);
        Assert.Equal(["1 item (b): picture changed (b.txt)"], frame.Reasons);
    }

    [Fact]
    public async Task A_renamed_item_or_input_runs_nothing()
    {
        await _yard.RunAsync();
        _yard.Inputs.Remove("c");
        _yard.With("z");
        _yard.Write("in/z.txt", "picture c");

        await _yard.RunAsync();

        Assert.Empty(_yard.Ran);
        Assert.Equal("[PICTURE C]", _yard.Read("artifacts/frame/z.txt"));
        Assert.False(File.Exists(_yard["artifacts/frame/c.txt"]));
    }

    [Fact]
    public async Task Going_back_to_an_earlier_value_runs_nothing()
    {
        await _yard.RunAsync();
        _yard.Painter = text => text + " in blue";
        _yard.Color = "blue";
        await _yard.RunAsync();
        _yard.Color = "red";

        await _yard.RunAsync();

        Assert.Empty(_yard.Ran);
        Assert.Equal("[PICTURE A]", _yard.Read("artifacts/frame/a.txt"));
    }

    [Fact]
    public async Task A_salt_runs_everything()
    {
        await _yard.RunAsync();
        _yard.Salt = "again";

        var (paint, _) = await _yard.RunAsync();

        Assert.Equal(6, _yard.Ran.Count);
        Assert.Equal(["3 items (a, b, c): `salt` again is new"], paint.Reasons);
    }

    [Fact]
    public async Task A_new_code_version_runs_its_stage()
    {
        await _yard.RunAsync();
        _yard.CodeVersion = 2;

        var (paint, _) = await _yard.RunAsync();

        Assert.Equal(["Paint a", "Paint b", "Paint c"], _yard.Ran);
        Assert.Equal(["3 items (a, b, c): `code version` 1 → 2"], paint.Reasons);
    }

    [Fact]
    public async Task Another_profile_has_its_own_history()
    {
        await _yard.RunAsync();
        _yard.Profile = "sdxl";
        _yard.Color = "blue";

        var (paint, _) = await _yard.RunAsync();

        Assert.Equal(["3 items (a, b, c): has not run before"], paint.Reasons);
    }

    [Fact]
    public async Task Jobs_are_stored_one_after_the_other_as_they_end()
    {
        _yard.With("d", "e");

        await _yard.RunAsync();

        Assert.Equal(["Paint: 5 run, 0 reused", "Paint: 1/5", "Paint: 2/5", "Paint: 3/5", "Paint: 4/5", "Paint: 5/5", "Paint: end"], _yard.Log.Lines.Take(7));
    }

    [Fact]
    public async Task Items_with_equal_inputs_run_once()
    {
        _yard.Write("in/c.txt", "picture a");

        await _yard.RunAsync();

        Assert.Equal(["Paint a", "Paint b", "Frame a", "Frame b"], _yard.Ran);
        Assert.Equal("[PICTURE A]", _yard.Read("artifacts/frame/c.txt"));
    }

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
    public async Task A_cancelled_run_stops_before_the_next_job()
    {
        using var source = new CancellationTokenSource();
        _yard.Cancellation = source.Token;
        _yard.WhilePainting = (_, _) => source.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _yard.RunAsync());

        Assert.Equal(["Paint a"], _yard.Ran);
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
    public async Task An_edited_output_is_restored_and_the_store_is_unharmed()
    {
        await _yard.RunAsync();
        File.AppendAllText(_yard["artifacts/paint/a.txt"], " scribble");

        await _yard.RunAsync();

        Assert.Empty(_yard.Ran);
        Assert.Equal("PICTURE A", _yard.Read("artifacts/paint/a.txt"));
        using var cache = new Cache(_yard.Root, _yard.Warnings.Add);
        Assert.True(Verification.Of(cache).IsSound);
    }

    [Fact]
    public async Task Deleted_outputs_come_back_from_the_store()
    {
        await _yard.RunAsync();
        Directory.Delete(_yard["artifacts"], recursive: true);

        await _yard.RunAsync();

        Assert.Empty(_yard.Ran);
        Assert.Equal("[PICTURE B]", _yard.Read("artifacts/frame/b.txt"));
    }

    [Fact]
    public async Task Outputs_of_vanished_items_are_deleted_and_files_of_others_are_not()
    {
        await _yard.RunAsync();
        _yard.Inputs.Remove("b");
        _yard.Inputs.Remove("c");
        _yard.Write("artifacts/paint/mine.txt", "not yours");
        _yard.Write("artifacts/frame/c.txt", "edited");

        await _yard.RunAsync();

        Assert.Equal(["a.txt", "mine.txt"], Directory.GetFiles(_yard["artifacts/paint"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("edited", _yard.Read("artifacts/frame/c.txt"));
        Assert.Contains("artifacts/frame/c.txt is no longer an output, but it was edited: it stays. Delete it when you do not need it.", _yard.Warnings);
    }

    [Fact]
    public async Task A_damaged_blob_is_a_warning_and_its_item_runs_again()
    {
        var (paint, _) = await _yard.RunAsync();
        Damage(paint["b"].Files[0].Hash);
        File.Delete(_yard["artifacts/paint/b.txt"]);

        var (again, _) = await _yard.RunAsync();

        Assert.Equal(["Paint b"], _yard.Ran);
        Assert.Contains(_yard.Warnings, line => line.Contains("is damaged", StringComparison.Ordinal));
        Assert.Equal(["1 item (b): its stored output is missing or damaged"], again.Reasons);
        Assert.Equal("PICTURE B", _yard.Read("artifacts/paint/b.txt"));
    }

    [Fact]
    public async Task A_missing_blob_runs_its_item_again()
    {
        var (paint, _) = await _yard.RunAsync();
        File.Delete(BlobPath(paint["b"].Files[0].Hash));
        File.Delete(_yard["artifacts/paint/b.txt"]);

        await _yard.RunAsync();

        Assert.Equal(["Paint b"], _yard.Ran);
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
    public async Task A_damaged_record_is_a_warning_and_is_made_again()
    {
        var (paint, _) = await _yard.RunAsync();
        foreach (var record in Directory.GetFiles(Path.Combine(_yard.Cache, "ac"), "*", SearchOption.AllDirectories))
            File.WriteAllText(record, """{"stage":"Paint","outputs":[{"slot":0,"path":"../../etc","hash":"no","size":1}]}""");

        await _yard.RunAsync();

        Assert.Equal(6, _yard.Ran.Count);
        Assert.Contains(_yard.Warnings, line => line.StartsWith($"The cache record {paint.Fingerprint} is damaged", StringComparison.Ordinal));
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
    }

    [Fact]
    public async Task A_job_that_leaves_an_output_out_is_told_so()
    {
        _yard.WhilePainting = (io, label) =>
        {
            if (label == "a")
                File.Delete(io.Output("image"));
        };

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => _yard.RunAsync());

        Assert.Equal("Paint did not write artifacts/paint/a.txt of a.", e.Message);
    }

    [Fact]
    public async Task A_folder_is_an_output_with_all_its_files()
    {
        var job = new JobNode("Train v01", "v01", new FolderJob { Yard = _yard }, ["artifacts/lora/v01.safetensors", "artifacts/logs/v01/"]);
        var graph = new JobGraph([new StageNode("Train", "v01", [job])]);
        var runs = 0;
        for (var i = 0; i < 2; i++)
        {
            var outcomes = await _yard.RunAsync(graph);
            runs += _yard.Ran.Count;
            Assert.Equal(
                ["artifacts/lora/v01.safetensors", "artifacts/logs/v01/deep/events", "artifacts/logs/v01/metrics.csv"],
                outcomes[0].Items[0].Files.Select(file => file.RelativePath));
            Assert.Equal("binary", _yard.Read("artifacts/logs/v01/deep/events"));
            Directory.Delete(_yard["artifacts"], recursive: true);
        }

        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Clean_deletes_what_was_laid_out_and_nothing_else()
    {
        await _yard.RunAsync();
        _yard.Write("artifacts/paint/mine.txt", "mine");
        using var cache = new Cache(_yard.Root, _yard.Warnings.Add);

        var deleted = cache.LaidOut.DeleteAll();

        Assert.Equal(6, deleted);
        Assert.Equal([_yard["artifacts/paint/mine.txt"]], Directory.GetFiles(_yard["artifacts"], "*", SearchOption.AllDirectories));
    }

    private static async Task<StageOutcome> PaintAsync(GraphRun run, JobGraph graph) =>
        (await run.RunAsync([graph.Stages[0]], TestContext.Current.CancellationToken))[0];

    private string BlobPath(ContentHash hash) => new ContentStore(_yard.Cache, _yard.Warnings.Add).PathOf(hash);

    private void Damage(ContentHash hash)
    {
        var bytes = File.ReadAllBytes(BlobPath(hash));
        bytes[0] ^= 1;
        File.Delete(BlobPath(hash));
        File.WriteAllBytes(BlobPath(hash), bytes);
    }

    /// <summary>The keys of Paint's items, from its last manifest.</summary>
    private sealed class KeyedItemKey(Yard yard, Cache cache)
    {
        public ContentHash this[string label] => cache.Actions
            .TryGetManifest(cache.Records.Latest(yard.Profile, "Paint")!.Value)!
            .Items.Single(item => item.Label == label).Key;
    }

    private sealed record FolderJob : IJob
    {
        [NotInKey("It only watches.")]
        [System.Text.Json.Serialization.JsonIgnore]
        public Yard Yard { get; init; } = null!;

        public JobKind Kind => new("Folder", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [new("lora"), new("logs", IsFolder: true)];

        public void Run(JobIo io)
        {
            Yard.Note("Train");
            File.WriteAllText(io.Output("lora"), "weights");
            var logs = io.Output("logs");
            Directory.CreateDirectory(Path.Combine(logs, "deep"));
            File.WriteAllText(Path.Combine(logs, "metrics.csv"), "step,loss");
            File.WriteAllText(Path.Combine(logs, "deep", "events"), "binary");
        }
    }
}
