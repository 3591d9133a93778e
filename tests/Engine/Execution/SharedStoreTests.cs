using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Two workspaces with one folder for blobs and records.</summary>
public sealed class SharedStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Yard _one = new Yard().With("a", "b");
    private readonly Yard _other = new Yard().With("a", "b");

    public SharedStoreTests() => _one.Folder = _other.Folder = _folder["shared"];

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_one_workspace_has_made_another_lays_out()
    {
        await _one.RunAsync();

        await _other.RunAsync();

        Assert.Empty(_other.Ran);
        Assert.Equal("[PICTURE B]", _other.Read("artifacts/frame/b.txt"));
        Assert.Empty(_other.Warnings);
    }

    [Fact]
    public async Task Blobs_and_records_are_shared_and_what_a_workspace_does_is_its_own()
    {
        await _one.RunAsync();

        Assert.Equal(["ac", "cas", "locks", "tmp", "workspaces"], Names(_folder["shared"]));
        Assert.Equal(["checkpoints", "file-hashes", "jobs", "laid-out", "locks", "work"], Names(_one.Cache));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder["shared"], "*", SearchOption.AllDirectories), file => Path.GetFileName(file).Contains("laid", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_that_another_workspace_does_is_waited_for()
    {
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        _one.WhilePainting = (_, _) =>
        {
            begun.Set();
            Assert.True(end.Wait(TextStages.Long));
        };

        var first = _one.RunAsync();
        Assert.True(begun.Wait(TextStages.Long, TestContext.Current.CancellationToken));
        var second = _other.RunAsync();
        Assert.Same(_other.Log.FirstWait.Task, await Task.WhenAny(_other.Log.FirstWait.Task, second));
        end.Set();
        await Task.WhenAll(first, second);

        // What comes afterwards either of them may do first.
        Assert.Equal(["Frame a", "Frame b", "Paint a", "Paint b"], _one.Ran.Concat(_other.Ran).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("Paint a", _other.Ran);
        Assert.DoesNotContain("Paint b", _other.Ran);
    }

    [Fact]
    public async Task Other_work_under_the_same_name_is_not_waited_for()
    {
        using var end = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        _one.WhilePainting = (_, _) =>
        {
            begun.Set();
            Assert.True(end.Wait(TextStages.Long));
        };
        _other.Color = "blue";

        var first = _one.RunAsync();
        Assert.True(begun.Wait(TextStages.Long, TestContext.Current.CancellationToken));
        await _other.RunAsync();
        end.Set();
        await first;

        Assert.Equal(4, _other.Ran.Count);
    }

    [Fact]
    public async Task What_another_workspace_needs_is_not_collected()
    {
        await _one.RunAsync();
        _other.Color = "blue";
        await _other.RunAsync();
        Age();

        Collect(_other);

        await _one.RunAsync();
        Assert.Empty(_one.Ran);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_collected_while_it_is_not_known_what_another_workspace_needs(bool wasKnownBefore)
    {
        await _one.RunAsync();
        var history = Directory.GetFiles(_folder["shared/workspaces"], "Paint", SearchOption.AllDirectories).Single();
        _other.Color = "green";
        await _other.RunAsync();
        _other.Color = "blue";
        await _other.RunAsync();
        Age();
        using (var cache = _other.Open())
        {
            var collection = wasKnownBefore ? GarbageCollection.Look(cache, new GarbageRules(1)) : null;
            File.WriteAllText(history, File.ReadAllText(history)[..^1]);

            (collection ?? GarbageCollection.Look(cache, new GarbageRules(1))).End();
        }

        var warning = Assert.Single(_other.Warnings);
        Assert.StartsWith($"Nothing was deleted: what {_one.Root} on {Environment.MachineName} needs, which shares the cache, cannot be read now.", warning, StringComparison.Ordinal);
        _other.Color = "green";
        await _other.RunAsync();
        Assert.Empty(_other.Ran);
    }

    [Fact]
    public async Task What_only_earlier_runs_of_another_workspace_needed_goes()
    {
        await _one.RunAsync();
        _one.Color = "green";
        await _one.RunAsync();
        await _other.RunAsync();
        _other.Color = "blue";
        await _other.RunAsync();
        Age();

        Collect(_other);

        _one.Color = "red";
        await _one.RunAsync();
        Assert.Equal(["Paint a", "Paint b"], _one.Ran.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_another_workspace_is_at_work_on_is_not_collected()
    {
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        await _one.RunAsync();
        _one.With("c");
        _one.WhilePainting = (_, _) =>
        {
            begun.Set();
            Assert.True(end.Wait(TextStages.Long));
        };
        _other.Color = "blue";
        await _other.RunAsync();

        var run = _one.RunAsync();
        Assert.True(begun.Wait(TextStages.Long, TestContext.Current.CancellationToken));
        Age();
        Collect(_other);
        end.Set();
        await run;

        Assert.Equal(["Frame c", "Paint c"], _one.Ran.Order(StringComparer.Ordinal));
        Assert.Empty(_one.Warnings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_process_of_another_workspace_needs_or_needed_when_it_was_killed_stays_though_another_run_has_ended_since(bool isKilled)
    {
        await _one.RunAsync();
        using var process = _one.Open();
        var keys = ResultIndex.Read(process).All.Select(result => result.Key).ToList();
        _one.Color = "green";
        await _one.RunAsync();
        if (isKilled)
        {
            process.Records.Begin("tiny", "Paint", keys);
        }
        else
        {
            process.Marks.Add(keys);
            process.Marks.Begin();
        }

        await CollectFromTheOtherAsync();

        _one.Color = "red";
        await _one.RunAsync();
        Assert.Empty(_one.Ran);
    }

    [Fact]
    public async Task What_a_lock_file_of_another_workspace_names_stays()
    {
        await _one.RunAsync();
        _one.Write("boats.lock.yaml", _one.Read("lock.yaml"));
        _one.Color = "green";
        await _one.RunAsync();
        await CollectFromTheOtherAsync();

        _one.Color = "red";
        await _one.RunAsync();
        Assert.Empty(_one.Ran);
    }

    [Fact]
    public async Task A_lock_goes_when_nobody_holds_it()
    {
        await _one.RunAsync();
        using (var cache = _one.Open())
        using (await cache.LockAsync("Paint", ContentHash.Of("held"), _ => { }, TestContext.Current.CancellationToken))
        {
            Age();
            Collect(_other);
            Assert.Equal([$"{ContentHash.Of("held")}", $"{ContentHash.Of("held")}.owner"], Names(_folder["shared/locks"]));
        }

        Age();
        Collect(_other);
        Assert.Empty(Names(_folder["shared/locks"]));
    }

    [Fact]
    public async Task What_somebody_began_to_write_and_left_goes_when_it_is_old()
    {
        await _one.RunAsync();
        _folder.Write("shared/tmp/left", "x");
        Age();
        _folder.Write("shared/tmp/young", "x");

        Collect(_one);

        Assert.Equal(["young"], Names(_folder["shared/tmp"]));
    }

    [Fact]
    public async Task What_a_workspace_needed_that_is_gone_goes()
    {
        using (var gone = new Yard().With("a", "b"))
        {
            (gone.Folder, gone.Color) = (_one.Folder, "blue");
            await gone.RunAsync();
        }

        await _one.RunAsync();
        Assert.Equal(2, Directory.GetDirectories(_folder["shared/workspaces"]).Length);
        Age();

        Collect(_one);

        Assert.Single(Directory.GetDirectories(_folder["shared/workspaces"]));
        _other.Color = "blue";
        await _other.RunAsync();
        Assert.Equal(["Paint a", "Paint b"], _other.Ran.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_workspace_of_another_machine_needs_stays_until_it_is_too_old()
    {
        await _one.RunAsync();
        GiveToAnotherMachine();
        _other.Color = "blue";
        await _other.RunAsync();
        Age(days: 10);
        Collect(_other, age: TimeSpan.FromDays(11));
        // Of each colour a manifest and two records of Paint; Frame, whose inputs are alike, has the same three.
        using (var cache = _other.Open())
            Assert.Equal(9, cache.Actions.All().Count());

        Collect(_other, age: TimeSpan.FromDays(9));

        using (var cache = _other.Open())
            Assert.Equal(6, cache.Actions.All().Count());
    }

    [Fact]
    public async Task What_a_workspace_of_another_machine_is_at_work_on_stays_however_old_its_history_is()
    {
        await _one.RunAsync();
        using var marks = new RunMarks(GiveToAnotherMachine());
        marks.Add([ContentHash.Of("at work")]);
        marks.Begin();
        _other.Color = "blue";
        await _other.RunAsync();
        Age(days: 10);

        Collect(_other, age: TimeSpan.FromDays(1));

        using var cache = _other.Open();
        Assert.Equal(9, cache.Actions.All().Count());
    }

    [Fact]
    public async Task What_a_workspace_of_this_machine_needs_stays_however_long_ago_its_last_run_is()
    {
        await _one.RunAsync();
        Age(days: 10);
        _other.Color = "blue";
        await _other.RunAsync();
        Age(days: 10);

        Collect(_other, age: TimeSpan.FromDays(1));

        await _one.RunAsync();
        Assert.Empty(_one.Ran);
    }

    [Fact]
    public async Task What_a_workspace_made_before_it_shared_anything_is_taken_over()
    {
        _one.Folder = null;
        await _one.RunAsync();
        _one.Folder = _folder["shared"];

        var (paint, _) = await _one.RunAsync();

        Assert.Empty(_one.Ran);
        Assert.Equal(0, paint.Remote);
        using (var cache = _one.Open())
            Assert.All(ResultIndex.Read(cache).All, result => Assert.Null(result.Result.From));
        await _other.RunAsync();
        Assert.Empty(_other.Ran);
        _one.Color = "blue";
        Assert.Equal(["2 items (a, b): `color` red → blue"], _one.Look().Paint.Reasons);
    }

    [Fact]
    public async Task The_history_that_a_workspace_had_before_comes_along()
    {
        await BeforeAsync();
        using var own = new Cache(_one.Root, _one.Warnings.Add);
        using var cache = _one.Open();

        Assert.Equal(4, cache.Records.Recent(2).Count());
        Assert.Equal(own.Records.Recent(2), cache.Records.Recent(2));
    }

    [Fact]
    public async Task A_folder_of_nobodys_among_the_workspaces_ends_no_collection_and_goes_when_it_is_old()
    {
        await _one.RunAsync();
        Directory.CreateDirectory(_folder["shared/workspaces/nobodys"]);

        Collect(_one);
        Assert.True(Directory.Exists(_folder["shared/workspaces/nobodys"]));
        Collect(_one, age: TimeSpan.FromDays(1));

        Assert.Single(Directory.GetDirectories(_folder["shared/workspaces"]));
        Assert.Empty(_one.Warnings);
    }

    [Fact]
    public async Task What_is_needed_and_has_not_come_to_the_store_yet_stays_in_the_workspace()
    {
        await BeforeAsync();
        using var own = new Cache(_one.Root, _one.Warnings.Add);
        using var cache = _one.Open();

        GarbageCollection.Collect(cache, new GarbageRules(1) { Grace = TimeSpan.Zero, Needed = [.. ResultIndex.Read(own).All.Select(result => result.Key)] });

        Assert.Equal(4, Files(_one.Cache, "cas").Length);
    }

    private static IEnumerable<string> Names(string folder) => Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    /// <summary>Makes the only workspace that has run another machine's.</summary>
    /// <returns>Its folder in the store.</returns>
    private string GiveToAnotherMachine()
    {
        var place = Path.Combine(_folder["shared/workspaces"], "another-machine-0123456789abcdef");
        Directory.Move(Assert.Single(Directory.GetDirectories(_folder["shared/workspaces"])), place);
        File.WriteAllText(Path.Combine(place, "workspace"), "another-machine\n/home/somebody/boats\n");
        return place;
    }

    private async Task CollectFromTheOtherAsync()
    {
        _other.Color = "blue";
        await _other.RunAsync();
        Age();
        Collect(_other);
    }

    private void Age(int days = 1)
    {
        foreach (var file in Directory.GetFiles(_folder["shared"], "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-days));
    }

    [Fact]
    public async Task What_lies_in_a_workspace_from_before_is_told_and_goes_when_the_store_has_it()
    {
        await BeforeAsync();
        await _one.RunAsync();
        using var cache = _one.Open();
        Assert.Contains(CacheContents.Of(cache), part => part is { Name: "in .slipway, from before the store was shared", Files: 20 }); // of each of two runs 4 blobs, 4 results and 2 manifests

        GarbageCollection.Collect(cache, new GarbageRules(10) { Grace = TimeSpan.Zero });

        Assert.DoesNotContain(CacheContents.Of(cache), part => part.Name.Contains("before", StringComparison.Ordinal));
        Assert.Empty(Files(_one.Cache, "cas"));
        Assert.Empty(Files(_one.Cache, "ac"));
        await _one.RunAsync();
        Assert.Empty(_one.Ran);
        Assert.Empty(_one.Warnings);
    }

    [Fact]
    public async Task What_the_store_does_not_have_yet_of_a_last_run_stays()
    {
        await BeforeAsync();
        using (var cache = _one.Open())
            GarbageCollection.Collect(cache, new GarbageRules(10) { Grace = TimeSpan.Zero });

        // What only earlier runs needed is gone.
        Assert.Equal(4, Files(_one.Cache, "cas").Length);
        await _one.RunAsync();
        Assert.Empty(_one.Ran);
        _one.Color = "blue";
        await _one.RunAsync();
        Assert.Equal(["Paint a", "Paint b"], _one.Ran);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_run_needs_or_needed_when_it_was_killed_that_does_not_share_the_store_stays(bool isKilled)
    {
        await BeforeAsync();
        await _one.RunAsync();
        using var cache = _one.Open();
        using var own = new Cache(_one.Root, _one.Warnings.Add);
        var key = ResultIndex.Read(own).All.First(result => result.Result is { Stage: "Paint", Item: "a" }).Key;
        if (isKilled)
        {
            own.Records.Begin("tiny", "Paint", [key]);
        }
        else
        {
            own.Marks.Add([key]);
            own.Marks.Begin();
        }

        GarbageCollection.Collect(cache, new GarbageRules(10) { Grace = TimeSpan.Zero });

        Assert.Single(Files(_one.Cache, "cas"));
        Assert.Single(Files(_one.Cache, "ac"));
    }

    /// <summary>A run in blue and one in red, each with a store of its own; from now on it shares one.</summary>
    private async Task BeforeAsync()
    {
        (_one.Folder, _one.Color) = (null, "blue");
        _one.Painter = text => text;
        await _one.RunAsync();
        (_one.Color, _one.Painter) = ("red", text => text.ToUpperInvariant());
        await _one.RunAsync();
        _one.Folder = _folder["shared"];
    }

    private static string[] Files(string cache, string folder) => [.. Directory.GetFiles(Path.Combine(cache, folder), "*", SearchOption.AllDirectories)];

    private static void Collect(Yard yard, TimeSpan? age = null)
    {
        using var cache = yard.Open();
        GarbageCollection.Collect(cache, new GarbageRules(1) { Age = age });
    }
}
