using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

public sealed class OutputTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a", "b", "c");

    public void Dispose() => _yard.Dispose();

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
    public async Task Several_files_that_a_job_does_not_declare_are_all_named()
    {
        _yard.WhilePainting = (io, label) =>
        {
            foreach (var name in label == "a" ? ["z", "more"] : Array.Empty<string>())
                File.WriteAllText(Path.Combine(Path.GetDirectoryName(io.Output("image"))!, name), "");
        };

        Assert.Equal(
            "Paint wrote more, z beside the outputs of a, and declares no such output.",
            (await Assert.ThrowsAsync<InvalidOperationException>(() => _yard.RunAsync())).Message);
    }

    [Fact]
    public async Task A_file_in_the_place_of_a_folder_of_outputs_fails_the_stage_and_the_work_is_kept()
    {
        _yard.Write("artifacts/paint", "in the way");

        await Assert.ThrowsAnyAsync<IOException>(() => _yard.RunAsync());

        File.Delete(_yard["artifacts/paint"]);
        await _yard.RunAsync();
        Assert.DoesNotContain("Paint a", _yard.Ran);
        Assert.Equal("PICTURE A", _yard.Read("artifacts/paint/a.txt"));
    }

    [Fact]
    public async Task A_folder_that_a_job_leaves_empty_is_an_output_without_files()
    {
        var outcomes = await _yard.RunAsync(Training(isIdle: true));

        Assert.Equal(["artifacts/lora/v01.safetensors"], outcomes[0].Items[0].Files.Select(file => file.RelativePath));
    }

    [Fact]
    public async Task A_folder_is_an_output_with_all_its_files()
    {
        var graph = Training();
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
    public async Task A_job_of_which_one_of_several_files_is_lost_would_run_again()
    {
        var graph = Training();
        var metrics = (await _yard.RunAsync(graph))[0].Items[0].Files[^1];
        File.Delete(BlobPath(metrics.Hash));
        File.Delete(metrics.Path);
        using var cache = _yard.Open();
        using var run = _yard.RunOf(graph, cache, _yard.Log);

        Assert.Equal(["its stored output is missing or damaged"], run.Look(graph.Stages)[0].Reasons);
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
    public async Task Outputs_that_have_another_place_now_move_there()
    {
        JobGraph Graph(string folder) => new([new StageNode("Text", null, [new JobNode("Text", "x", new TextJob("x", []) { Yard = _yard }, [$"{folder}/x.txt"])])]);
        await _yard.RunAsync(Graph("old"));

        await _yard.RunAsync(Graph("new"));

        Assert.Empty(_yard.Ran);
        Assert.Equal((false, "x"), (File.Exists(_yard["old/x.txt"]), _yard.Read("new/x.txt")));
    }

    [Fact]
    public async Task An_item_that_has_another_name_now_is_known_by_it()
    {
        JobGraph Graph(string label, string text) => new([new StageNode("Text", null, [new JobNode("Text", label, new TextJob(text, []) { Yard = _yard }, ["out/x.txt"])])]);
        await _yard.RunAsync(Graph("old", "x"));
        await _yard.RunAsync(Graph("new", "x"));

        var outcomes = await _yard.RunAsync(Graph("new", "y"));

        Assert.Equal(["`text` x → y"], outcomes[0].Reasons);
    }

    /// <summary>A hash that changes would change everybody's lock file: it must not do so by accident.</summary>
    [Fact]
    public void The_hash_of_known_outputs_is_known() =>
        Assert.Equal("5b768f50", $"{JobOutputs.HashOf([new OutputFile(0, "a.txt", "/a.txt", ContentHash.Of("abc"))])}"[..8]);

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
    public async Task Clean_deletes_what_was_laid_out_and_nothing_else()
    {
        await _yard.RunAsync();
        _yard.Write("artifacts/paint/mine.txt", "mine");
        using var cache = new Cache(_yard.Root, _yard.Warnings.Add);

        var deleted = cache.LaidOut.DeleteAll();

        Assert.Equal(6, deleted);
        Assert.Equal([_yard["artifacts/paint/mine.txt"]], Directory.GetFiles(_yard["artifacts"], "*", SearchOption.AllDirectories));
    }

    private JobGraph Training(bool isIdle = false) => new(
        [new StageNode("Train", "v01", [new JobNode("Train v01", "v01", new FolderJob { Yard = _yard, IsIdle = isIdle }, ["artifacts/lora/v01.safetensors", "artifacts/logs/v01/"])])]);

    private string BlobPath(ContentHash hash) => new ContentStore(_yard.Cache, _yard.Warnings.Add).PathOf(hash);

    private void Damage(ContentHash hash)
    {
        var bytes = File.ReadAllBytes(BlobPath(hash));
        bytes[0] ^= 1;
        File.Delete(BlobPath(hash));
        File.WriteAllBytes(BlobPath(hash), bytes);
    }

    private sealed record FolderJob : IJob
    {
        [NotInKey("It only watches.")]
        [System.Text.Json.Serialization.JsonIgnore]
        public Yard Yard { get; init; } = null!;

        /// <summary>Whether it writes nothing into its folder, and does not even ask where it is.</summary>
        public bool IsIdle { get; init; }

        public JobKind Kind => new("Folder", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [new("lora"), new("logs", IsFolder: true)];

        public void Run(JobIo io)
        {
            Yard.Note("Train");
            File.WriteAllText(io.Output("lora"), "weights");
            if (IsIdle)
                return;
            var logs = io.Output("logs");
            Directory.CreateDirectory(Path.Combine(logs, "deep"));
            File.WriteAllText(Path.Combine(logs, "metrics.csv"), "step,loss");
            File.WriteAllText(Path.Combine(logs, "deep", "events"), "binary");
        }
    }
}
