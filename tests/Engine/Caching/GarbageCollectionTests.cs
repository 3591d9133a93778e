using Slipway.Engine.Caching;
using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Caching;

public sealed class GarbageCollectionTests : IDisposable
{
    private readonly Workshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public void What_the_last_runs_refer_to_stays_and_the_rest_goes()
    {
        RunIn("red", "blue", "green");
        Age();

        // A manifest, two records and two blobs of red.
        Assert.Equal((5, true), (Collect(keep: 2) is var gone ? gone.Files : 0, gone.Bytes > 5));

        AssertMakes("green", 0);
        AssertMakes("blue", 0);
        AssertMakes("red", 2);
    }

    [Fact]
    public void A_preview_counts_what_would_go_and_deletes_nothing()
    {
        RunIn("red", "blue", "green");
        Age();

        var preview = Collect(new GarbageRules(2) { IsPreview = true });

        Assert.Equal((5, true), (preview.Files, preview.Bytes > 5));
        Assert.Equal(preview, Collect(keep: 2));
    }

    [Fact]
    public void Runs_that_are_too_old_go_but_for_the_last_of_each_stage()
    {
        RunIn("red", "blue", "green");
        Age(days: 10);
        Assert.Equal(0, Collect(new GarbageRules(10) { Age = TimeSpan.FromDays(11) }).Files);
        Assert.Equal(10, Collect(new GarbageRules(10) { Age = TimeSpan.FromDays(9) }).Files);

        AssertMakes("green", 0);
        AssertMakes("red", 2);
    }

    [Fact]
    public void What_a_cache_holds_is_told_by_kind_to_the_last_byte()
    {
        RunIn("red", "blue");
        _workshop.Write(".slipway/checkpoints/x/state-1.safetensors", "12345");
        using var cache = _workshop.Open();

        var parts = CacheContents.Of(cache);

        Assert.Contains(new CachePart("checkpoints", 1, 5), parts);
        Assert.Contains(parts, part => part.Name == "records");
        Assert.Equal(4, parts.Single(part => part.Name is not ("checkpoints" or "records" or "temporary files" or "kept tensors")).Files);
        Assert.Equal(new DirectoryInfo(_workshop[".slipway"]).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), parts.Sum(part => part.Bytes));
    }

    [Fact]
    public void Jobs_stay_as_long_as_their_results()
    {
        RunIn("red", "blue");
        var (gone, kept) = (JobOf("red"), JobOf("blue"));
        Age();

        Collect(keep: 1);

        Assert.False(File.Exists(gone));
        Assert.True(File.Exists(kept));

        string JobOf(string color)
        {
            _workshop.Color = color;
            var key = _workshop.KeyOf("a");
            return _workshop.Write($".slipway/jobs/{$"{key}"[..2]}/{key}.json", "{}");
        }
    }

    [Theory]
    [InlineData("history", "; delete it, and it begins anew.")]
    [InlineData("ac", "; delete it to have what it tells of made again.")]
    [InlineData("runs", "; wait until it has ended.")]
    public void Nothing_goes_while_the_system_does_not_give_what_says_what_is_needed(string folder, string advice)
    {
        RunIn("red", "blue");
        using var atWork = _workshop.Open();
        atWork.Marks.Add([_workshop.KeyOf("a")]);
        atWork.Marks.Begin();
        Age();
        foreach (var file in Directory.GetFiles(_workshop[$".slipway/{folder}"], "*", SearchOption.AllDirectories).Where(file => folder != "ac" || IsNeeded(file)))
        {
            _workshop.Warnings.Clear();
            using (new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None))
                Assert.Equal(0, Collect(keep: 1).Files);
            Assert.StartsWith("Nothing was deleted: ", Assert.Single(_workshop.Warnings), StringComparison.Ordinal);
            Assert.Contains($"'{file}'", _workshop.Warnings[0], StringComparison.Ordinal);
            Assert.EndsWith(advice, _workshop.Warnings[0], StringComparison.Ordinal);
        }

        Assert.Equal(5, Collect(keep: 1).Files);

        bool IsNeeded(string file) => new[] { "a", "b" }.Any(item => Path.GetFileName(file) == $"{_workshop.KeyOf(item)}") || Path.GetFileName(file) == $"{ContentHash.Of("lora.pipeline, artifacts, blue")}";
    }

    [Theory]
    [InlineData("tiny:\n  Paint:\n    fingerprint: {0}\n    outputs: {1}\n")]
    [InlineData("<<<<<<< ours\n    fingerprint: {1}\n=======\n    fingerprint: {0}\n>>>>>>> theirs\n")]
    public void What_a_lock_file_names_stays_however_old_the_run_is(string text)
    {
        RunIn("red", "blue", "green");
        var key = ContentHash.Of("lora.pipeline, artifacts, red");
        _workshop.Write("lora.pipeline.lock.yaml", string.Format(System.Globalization.CultureInfo.InvariantCulture, text, key, ContentHash.Of("other")));
        Age(days: 10);

        Assert.Equal(5, Collect(new GarbageRules(1) { Age = TimeSpan.FromDays(1) }).Files);

        AssertMakes("red", 0);
        AssertMakes("blue", 2);
    }

    [Fact]
    public void What_another_file_than_a_lock_file_names_goes()
    {
        RunIn("red", "blue", "green");
        _workshop.Write("notes.yaml", $"fingerprint: {ContentHash.Of("lora.pipeline, artifacts, red")}\n");
        Age(days: 10);

        Assert.Equal(10, Collect(new GarbageRules(1) { Age = TimeSpan.FromDays(1) }).Files);
    }

    [Fact]
    public void A_second_collection_finds_nothing()
    {
        RunIn("red", "blue");
        Age();
        Collect(keep: 1);

        Assert.Equal((0, 0L), Collect(keep: 1));
    }

    [Fact]
    public void Young_things_stay_with_all_that_they_name()
    {
        RunIn("red");
        Age();
        RunIn("blue");
        Write("ac", ContentHash.Of("record"), ageInHours: 0);
        File.SetLastWriteTimeUtc(Of("ac", _workshop.KeyOf("a")), DateTime.UtcNow);
        RunIn("green");
        Age();
        _workshop.Color = "red";
        File.SetLastWriteTimeUtc(Of("ac", _workshop.KeyOf("a")), DateTime.UtcNow);

        Collect(keep: 1);

        AssertMakes("red", 1); // the other item's record was old
    }

    [Fact]
    public void Who_waits_for_nothing_has_young_things_go_too()
    {
        RunIn("red", "blue");
        using var cache = _workshop.Open();

        Assert.Equal(5, GarbageCollection.Collect(cache, new GarbageRules(1) { Grace = TimeSpan.FromDays(-1) }).Files);
    }

    [Fact]
    public void A_run_whose_manifest_is_lost_does_not_end_it()
    {
        RunIn("red");
        using (var cache = _workshop.Open())
            File.Delete(cache.Actions.PathOf(cache.Records.Recent(1).Single()));
        Age();

        Assert.Equal(4, Collect(keep: 1).Files); // nothing is known to be needed
    }

    [Fact]
    public void Every_plan_keeps_its_own()
    {
        RunIn("red");
        _workshop.Plan = "cat";
        RunIn("blue");
        Age();

        Assert.Equal((0, 0L), Collect(keep: 1));
    }

    [Fact]
    public void The_finished_items_of_a_run_that_has_not_ended_stay_however_old_they_are()
    {
        _workshop.Color = "red";
        using (var cache = _workshop.Open())
        {
            var blob = cache.Content.Put("a in red"u8);
            cache.Records.Begin(Workshop.Profile, Workshop.Stage, [_workshop.KeyOf("a"), _workshop.KeyOf("b")]);
            cache.Actions.Put(_workshop.KeyOf("a"), new ActionResult(Workshop.Stage, "a", [], [new ActionOutput(0, "", blob)], TimeSpan.Zero));
        }

        Age();
        Assert.Equal((0, 0L), Collect(keep: 1));

        _workshop.Run();
        Assert.Equal(["b"], _workshop.Made);
    }

    [Fact]
    public void They_stay_when_another_run_of_the_stage_has_ended_since()
    {
        _workshop.Color = "red";
        using (var cache = _workshop.Open())
        {
            var blob = cache.Content.Put("a in red"u8);
            cache.Records.Begin(Workshop.Profile, Workshop.Stage, [_workshop.KeyOf("a"), _workshop.KeyOf("b")]);
            cache.Actions.Put(_workshop.KeyOf("a"), new ActionResult(Workshop.Stage, "a", [], [new ActionOutput(0, "", blob)], TimeSpan.Zero));
        }

        RunIn("blue");
        Age();
        Assert.Equal((0, 0L), Collect(keep: 1));

        AssertMakes("red", 1);
    }

    [Fact]
    public void What_a_process_at_work_needs_stays_whatever_other_runs_have_come_to()
    {
        RunIn("red");
        using (var working = _workshop.Open())
        {
            working.Marks.Add([_workshop.KeyOf("a"), _workshop.KeyOf("b")]);
            working.Marks.Begin();
            RunIn("blue", "green");
            Age();

            // Blue, and the manifest of red.
            Assert.Equal(6, Collect(keep: 1).Files);
        }

        Assert.Equal(4, Collect(keep: 1).Files);
        Assert.Empty(Directory.GetFiles(_workshop[".slipway/runs"]));
    }

    [Fact]
    public void A_checkpoint_that_can_be_gone_on_from_stays_and_others_go_after_two_weeks()
    {
        var (begun, wanted, young, abandoned) = (ContentHash.Of("begun"), ContentHash.Of("wanted"), ContentHash.Of("young"), ContentHash.Of("abandoned"));
        using var cache = _workshop.Open();
        cache.Records.Begin(Workshop.Profile, Workshop.Stage, [begun]);
        foreach (var (key, days) in new[] { (begun, 100), (wanted, 100), (young, 13), (abandoned, 15) })
        {
            var path = _workshop.Write($".slipway/checkpoints/{key}/state-000050.safetensors", "state");
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-days));
        }

        Assert.Equal((1, 5L), GarbageCollection.Collect(cache, new GarbageRules(1) { Needed = [wanted] }));

        Assert.Equal(
            new[] { begun, wanted, young }.Select(key => key.ToString()).ToHashSet(),
            Directory.GetDirectories(_workshop[".slipway/checkpoints"]).Select(path => Path.GetFileName(path)!).ToHashSet());
    }

    [Fact]
    public void What_a_process_works_in_stays_as_long_as_it_runs()
    {
        using var cache = _workshop.Open();
        foreach (var name in new[] { "Train v01", "Train v02" })
        {
            var path = Path.Combine(cache.WorkFolderOf(name), "deep", "picture.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "x");
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-3));
        }

        using (FileLock.TryAcquire(cache.LockPathOf("Train%20v01")))
            Assert.Equal((1, 1L), Collect(keep: 1));

        Assert.Equal([cache.WorkFolderOf("Train v01")], Directory.GetDirectories(_workshop[".slipway/work"]));
        Assert.Equal((1, 1L), Collect(keep: 1));
    }

    [Fact]
    public void Who_collects_what_nobody_works_in_is_never_told_to_be_at_work()
    {
        File.SetLastWriteTimeUtc(_workshop.Write(".slipway/work/Train%20v01/picture.png", "x"), DateTime.UtcNow.AddDays(-3));

        Assert.Equal((1, 1L), Collect(keep: 1));

        Assert.DoesNotContain(Directory.GetFiles(_workshop[".slipway/locks"]), file => file.EndsWith(".owner", StringComparison.Ordinal));
    }

    [Fact]
    public void Temporary_files_and_what_was_put_aside_go_after_an_hour()
    {
        foreach (var (name, hours) in new[] { ("old", 2), ("young", 0), ("aside/old", 2), ("mixed/old", 2), ("mixed/young", 0) })
            File.SetLastWriteTimeUtc(_workshop.Write($".slipway/tmp/{name}", "x"), DateTime.UtcNow.AddHours(-hours));

        Assert.Equal((2, 2L), Collect(keep: 1));

        Assert.Equal(["mixed", "young"], Directory.GetFileSystemEntries(_workshop[".slipway/tmp"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Intermediate_results_go_when_nobody_has_used_them_for_a_month()
    {
        using var cache = _workshop.Open();
        var (unused, used, resting) = (ContentHash.Of("unused"), ContentHash.Of("used"), ContentHash.Of("resting"));
        foreach (var (key, days) in new[] { (unused, 40), (used, 40), (resting, 29) })
        {
            cache.Kept.Keep(key, stream => stream.WriteByte(1));
            File.SetLastWriteTimeUtc(cache.Kept.Find(key)!, DateTime.UtcNow - TimeSpan.FromDays(days));
        }

        Assert.NotNull(cache.Kept.Find(used));
        Assert.Equal((1, 1L), Collect(keep: 1));
        Assert.Equal((true, false, true), (cache.Kept.Find(used) is not null, cache.Kept.Find(unused) is not null, cache.Kept.Find(resting) is not null));
    }

    [Fact]
    public void Where_nothing_has_run_there_is_nothing_to_delete_and_nothing_to_say()
    {
        Assert.Equal((0, 0L), Collect(keep: 1));
        Assert.Empty(_workshop.Warnings);
    }

    [Fact]
    public void The_store_of_an_earlier_version_goes()
    {
        _workshop.Write(".slipway/records/tiny/Paint", "old");
        _workshop.Write(".slipway/hashes", "old");
        Write("ac", ContentHash.Of("action"), ageInHours: 2);
        Write("cas", ContentHash.Of("blob"), ageInHours: 2);

        Assert.Equal(4, Collect(keep: 1).Files);

        Assert.Equal([_workshop[".slipway/locks/history"]], Directory.GetFiles(_workshop[".slipway"], "*", SearchOption.AllDirectories));
    }

    private void RunIn(params string[] colors)
    {
        foreach (var color in colors)
        {
            _workshop.Color = color;
            _workshop.Run();
        }
    }

    private void AssertMakes(string color, int items)
    {
        RunIn(color);
        Assert.Equal(items, _workshop.Made.Count);
    }

    /// <summary>Makes everything in the store old enough to go.</summary>
    private void Age(int days = 0)
    {
        foreach (var path in new[] { "ac", "cas", "jobs" }.Select(folder => _workshop[$".slipway/{folder}"]).Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)))
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-2).AddDays(-days));
    }

    private void Write(string folder, ContentHash hash, int ageInHours)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Of(folder, hash))!);
        File.WriteAllText(Of(folder, hash), "x");
        File.SetLastWriteTimeUtc(Of(folder, hash), DateTime.UtcNow.AddHours(-ageInHours));
    }

    private string Of(string folder, ContentHash hash) => HashedPath.Of(_workshop[$".slipway/{folder}"], hash);

    private (int Files, long Bytes) Collect(int keep) => Collect(new GarbageRules(keep));

    private (int Files, long Bytes) Collect(GarbageRules rules)
    {
        using var cache = _workshop.Open();
        return GarbageCollection.Collect(cache, rules);
    }
}
