using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class LockFileTests : IDisposable
{
    private static readonly ContentHash One = ContentHash.Of("1");
    private static readonly ContentHash Two = ContentHash.Of("2");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_sorted_and_keeps_what_other_runs_wrote()
    {
        new LockFile(_folder["lock"]).Set("tiny", "Train v03", One, Two);
        new LockFile(_folder["lock"]).Set("tiny", "Backgrounds", Two, One);
        new LockFile(_folder["lock"]).Set("sdxl", "Tags", One, One);

        Assert.Equal(
            $"""
            # Written by the pipeline: what each stage was made of, and what it gave. Commit it; never edit it.
            sdxl:
              Tags:
                fingerprint: {One}
                outputs: {One}
            tiny:
              Backgrounds:
                fingerprint: {Two}
                outputs: {One}
              Train v03:
                fingerprint: {One}
                outputs: {Two}

            """,
            File.ReadAllText(_folder["lock"]));
    }

    [Fact]
    public void Of_many_lines_each_is_as_it_was_set_last()
    {
        var file = new LockFile(_folder["lock"]);
        for (var i = 0; i < 201; i++)
            file.Set("tiny", $"Train v{i:000}", One, Two);
        file.Set("tiny", "Train v000", Two, Two);
        file.Set("tiny", "Train v000", One, Two);
        file.Set("tiny", "Train v001", Two, Two);
        file.Flush();

        var read = new LockFile(_folder["lock"]);
        Assert.Equal(new LockedStage(One, Two), read.Find("tiny", "Train v000"));
        Assert.Equal(new LockedStage(Two, Two), read.Find("tiny", "Train v001"));
        Assert.Equal(new LockedStage(One, Two), read.Find("tiny", "Train v200"));
    }

    [Fact]
    public void A_line_that_is_set_back_before_it_was_written_is_as_it_was()
    {
        var file = new LockFile(_folder["lock"]);
        for (var i = 0; i < 200; i++)
            file.Set("tiny", $"Train v{i:000}", One, Two);
        file.Flush();

        file.Set("tiny", "Train v000", Two, Two);
        file.Set("tiny", "Train v000", One, Two);
        file.Flush();

        Assert.Equal(new LockedStage(One, Two), new LockFile(_folder["lock"]).Find("tiny", "Train v000"));
    }

    [Fact]
    public void What_a_locked_file_says_is_no_difference_though_somebody_has_written_it_since()
    {
        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);
        var locked = new LockFile(_folder["lock"]) { Locked = true };
        new LockFile(_folder["lock"]).Set("tiny", "Train v01", One, Two);

        locked.Set("tiny", "Tags", One, Two);

        Assert.Empty(locked.Differences);
    }

    [Fact]
    public void A_file_that_somebody_has_touched_is_not_written_when_nothing_changes()
    {
        var file = new LockFile(_folder["lock"]);
        file.Set("tiny", "Tags", One, Two);
        File.SetLastWriteTimeUtc(_folder["lock"], DateTime.UnixEpoch);

        file.Set("tiny", "Tags", One, Two);

        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(_folder["lock"]));
    }

    [Fact]
    public void Who_writes_it_holds_a_lock_of_its_name_in_the_caches_folder()
    {
        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);

        Assert.Equal([_folder[".slipway/locks/lock"]], Directory.GetFiles(_folder[".slipway"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Files_that_were_fetched_stand_behind_the_stages_and_are_read_back()
    {
        new LockFile(_folder["lock"]).Set("yard/boats@main/a: \"b\".onnx", new LockedFile("0123", 7, Two));
        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);

        Assert.Equal(
            $"""
            # Written by the pipeline: what each stage was made of, and what it gave. Commit it; never edit it.
            tiny:
              Tags:
                fingerprint: {One}
                outputs: {Two}
            "hub:yard/boats@main/a: \"b\".onnx":
              commit: 0123
              size: 7
              sha256: {Two}

            """,
            File.ReadAllText(_folder["lock"]));
        var read = new LockFile(_folder["lock"]);
        Assert.Equal((new LockedFile("0123", 7, Two), (string?)null), (read.FindFile("yard/boats@main/a: \"b\".onnx"), read.Oddity));
    }

    [Theory]
    [InlineData("  commit: 0123\n", "  version: 0123\n")]
    [InlineData("  size: 7\n", "  length: 7\n")]
    [InlineData("  size: 7\n", "  size: seven\n")]
    [InlineData("  sha256: ", "  md5: ")]
    [InlineData("  size: 7\n", "")]
    public void A_file_of_which_something_is_missing_is_not_known(string line, string instead)
    {
        new LockFile(_folder["lock"]).Set("yard/boats@main/a.onnx", new LockedFile("0123", 7, Two));
        File.WriteAllText(_folder["lock"], File.ReadAllText(_folder["lock"]).Replace(line, instead, StringComparison.Ordinal));

        var read = new LockFile(_folder["lock"]);

        Assert.Equal(((LockedFile?)null, "it holds lines that no run writes"), (read.FindFile("yard/boats@main/a.onnx"), read.Oddity));
    }

    [Fact]
    public void The_last_line_needs_no_end()
    {
        new LockFile(_folder["lock"]).Set("yard/boats@main/a.onnx", new LockedFile("0123", 7, Two));
        File.WriteAllText(_folder["lock"], File.ReadAllText(_folder["lock"]).TrimEnd());

        Assert.Equal(new LockedFile("0123", 7, Two), new LockFile(_folder["lock"]).FindFile("yard/boats@main/a.onnx"));
    }

    [Fact]
    public void It_is_not_touched_when_nothing_changes()
    {
        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);
        File.SetLastWriteTimeUtc(_folder["lock"], DateTime.UnixEpoch);

        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);

        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(_folder["lock"]));
    }

    [Fact]
    public void Stages_that_are_no_more_can_be_dropped()
    {
        var file = new LockFile(_folder["lock"]);
        file.Set("tiny", "Train v01", One, Two);
        file.Set("tiny", "Train v02", One, Two);

        file.Keep("tiny", new HashSet<string>(StringComparer.Ordinal) { "Train v02" });

        Assert.DoesNotContain("v01", File.ReadAllText(_folder["lock"]), StringComparison.Ordinal);
        Assert.Contains("v02", File.ReadAllText(_folder["lock"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Rubbish_is_replaced()
    {
        _folder.Write("lock", "<<<<<<< ours\n  x:\ny:\n  z:\n    fingerprint: 12\n");

        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);

        Assert.Contains($"  Tags:\n    fingerprint: {One}\n", File.ReadAllText(_folder["lock"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_mean_nothing_are_skipped()
    {
        _folder.Write("lock", $":\n#:\na\ntiny:\n  :\n  \"broken:\n  Tags:\n    fingerprint: {One}\n    outputs: {Two}\n x:\n  Train:\n    fingerprint: {One}\n    outputs: none\n");
        var warnings = new List<string>();

        var file = new LockFile(_folder["lock"], warnings.Add);

        Assert.Equal(new LockedStage(One, Two), file.Find("tiny", "Tags"));
        Assert.Null(file.Find("tiny", "Train"));
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("    fingerprint: {0}")]
    [InlineData("    fingerprint: {0}\n")]
    public void A_line_that_was_cut_off_is_none(string rest)
    {
        _folder.Write("lock", $"tiny:\n  Tags:\n{string.Format(System.Globalization.CultureInfo.InvariantCulture, rest, One)}");

        Assert.Null(new LockFile(_folder["lock"]).Find("tiny", "Tags"));
    }

    [Fact]
    public void Differences_are_collected_in_order_and_only_when_it_is_locked()
    {
        var locked = new LockFile(_folder["lock"]) { Locked = true };
        foreach (var (profile, stage) in new[] { ("tiny", "Tags"), ("tiny", "Draw"), ("sdxl", "Tags") })
            Assert.False(locked.Check(profile, stage, One));
        Assert.Equal(["sdxl, Tags: is not in the lock file", "tiny, Draw: is not in the lock file", "tiny, Tags: is not in the lock file"], locked.Differences.Select(difference => $"{difference}"));

        var open = new LockFile(_folder["lock"]);
        Assert.False(open.Check("tiny", "Tags", One));
        Assert.Empty(open.Differences);
    }

    [Fact]
    public async Task Of_runs_at_once_none_loses_a_line()
    {
        await Parallel.ForAsync(0, 20, TestContext.Current.CancellationToken, (i, _) =>
        {
            new LockFile(_folder["lock"]).Set("tiny", $"Train v{i:D2}", One, Two);
            return ValueTask.CompletedTask;
        });

        Assert.Equal(20, File.ReadLines(_folder["lock"]).Count(line => line.StartsWith("  Train", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_line_that_another_process_wrote_meanwhile_stays()
    {
        var mine = new LockFile(_folder["lock"]);
        new LockFile(_folder["lock"]).Set("tiny", "Tags", Two, Two);
        mine.Set("tiny", "Composite", One, One);
        new LockFile(_folder["lock"]).Set("tiny", "Composite", Two, Two);

        mine.Set("tiny", "Composite", One, One);

        Assert.Equal(new LockedStage(Two, Two), new LockFile(_folder["lock"]).Find("tiny", "Tags"));
        Assert.Equal(new LockedStage(One, One), new LockFile(_folder["lock"]).Find("tiny", "Composite"));
    }

    [Theory]
    [InlineData("<<<<<<< ours\n    fingerprint: {0}\n    outputs: {0}\n=======\n    fingerprint: {1}\n    outputs: {1}\n>>>>>>> theirs\n", 4)]
    [InlineData("    fingerprint: {0}\n    outputs: {0}\n<<<<<<< ours\n  Train v02:\n    fingerprint: {0}\n    outputs: {0}\n||||||| base\n=======\n  Train v03:\n    fingerprint: {1}\n    outputs: {1}\n>>>>>>> theirs\n", 6)]
    public void Conflict_markers_do_not_survive_a_run_and_what_is_between_does_not_count(string lines, int line)
    {
        _folder.Write("lock", $"# Written\ntiny:\n  Train v01:\n{string.Format(lines, One, Two)}  Tags:\n    fingerprint: {One}\n    outputs: {Two}\n");
        var warnings = new List<string>();
        var file = new LockFile(_folder["lock"], warnings.Add);

        Assert.Equal([$"{_folder["lock"]}:{line}: the lock file holds a merge conflict; what lies between its markers does not count, and the next run writes the file anew."], warnings);
        Assert.Null(file.Find("tiny", "Train v02"));
        Assert.Null(file.Find("tiny", "Train v03"));
        file.Set("tiny", "Tags", One, Two);
        Assert.DoesNotContain("<<<<", File.ReadAllText(_folder["lock"]), StringComparison.Ordinal);
        Assert.Contains("Tags", File.ReadAllText(_folder["lock"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_line_ends_are_no_change()
    {
        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);
        var text = File.ReadAllText(_folder["lock"]).ReplaceLineEndings("\r\n");
        File.WriteAllText(_folder["lock"], text);

        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);

        Assert.Equal(text, File.ReadAllText(_folder["lock"]));
    }

    [Fact]
    public void Names_with_a_meaning_in_yaml_are_quoted_and_come_back()
    {
        string[] names = ["Train v01", "a: b", "# c", "\"d\"", " e", "f ", "帆船", "", "- g", "<<<<<<< h", "true/1 (x)", "i\nj"];
        var file = new LockFile(_folder["lock"]);
        foreach (var name in names)
            file.Set(name, name, One, Two);

        var read = new LockFile(_folder["lock"]);
        Assert.All(names, name => Assert.Equal(new LockedStage(One, Two), read.Find(name, name)));
        var text = File.ReadAllText(_folder["lock"]);
        Assert.Contains("\n  Train v01:\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  \"a: b\":\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  帆船:\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("\r\n", null)]
    [InlineData("<<<<<<< ours\n=======\n>>>>>>> theirs\n", "a merge conflict begins in line 6")]
    [InlineData("# mine\n", "it holds lines that no run writes")]
    public void What_a_run_would_write_anew_is_odd(string added, string? oddity)
    {
        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);
        var text = File.ReadAllText(_folder["lock"]);
        File.WriteAllText(_folder["lock"], added == "\r\n" ? text.ReplaceLineEndings(added) : text + added);

        Assert.Equal(oddity, new LockFile(_folder["lock"]) { Locked = true }.Oddity);
        Assert.Null(new LockFile(_folder["none"]).Oddity);
    }

    [Fact]
    public void Many_changes_of_one_shape_are_one_line() =>
        Assert.Equal(
            ["tiny, Composites: fingerprint " + $"{One}"[..12] + " → " + $"{Two}"[..12], "    `seed` differs in each (0 → 100, …)", "    the environment: `threads` 1 → 2"],
            new LockDifference("tiny", "Composites", new LockedStage(One, One), new LockedStage(Two, null))
            {
                Changes = [.. Enumerable.Range(0, 100).Select(i => new FingerprintChange(EntryKind.Parameter, "seed", $"{i}", $"{100 + i}")), new FingerprintChange(EntryKind.Environment, "threads", "1", "2")],
            }.Lines());

    [Fact]
    public void Profiles_that_are_no_more_can_be_dropped()
    {
        var file = new LockFile(_folder["lock"]);
        file.Set("tiny", "Tags", One, Two);
        file.Set("old", "Tags", One, Two);

        file.KeepProfiles(new HashSet<string>(StringComparer.Ordinal) { "tiny" });

        Assert.DoesNotContain("old", File.ReadAllText(_folder["lock"]), StringComparison.Ordinal);
        Assert.Contains("tiny", File.ReadAllText(_folder["lock"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Keeping_all_writes_nothing_and_makes_no_file()
    {
        var all = new HashSet<string>(StringComparer.Ordinal) { "Tags" };
        new LockFile(_folder["lock"]).Keep("tiny", all);
        Assert.False(File.Exists(_folder["lock"]));
        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);
        new LockFile(_folder["lock"]).Set("sdxl", "Train", One, Two);
        File.SetLastWriteTimeUtc(_folder["lock"], DateTime.UnixEpoch);

        new LockFile(_folder["lock"]).Keep("tiny", all);

        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(_folder["lock"]));
    }

    [Fact]
    public void A_folder_in_its_place_is_named()
    {
        Directory.CreateDirectory(_folder["lock"]);

        Assert.Equal(
            $"{_folder["lock"]} is a folder; the lock file belongs there. Move the folder away.",
            Assert.Throws<IOException>(() => new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two)).Message);
    }

    [Fact]
    public void A_locked_file_is_not_written_and_what_would_change_is_collected()
    {
        var before = new LockFile(_folder["lock"]);
        foreach (var stage in new[] { "Same", "Other outputs", "Other fingerprint", "Gone" })
            before.Set("tiny", stage, One, Two);
        before.Set("sdxl", "Tags", One, Two);
        var text = File.ReadAllText(_folder["lock"]);
        var locked = new LockFile(_folder["lock"]) { Locked = true };

        Assert.True(locked.Check("tiny", "Same", One));
        Assert.True(locked.Check("tiny", "Other outputs", One));
        Assert.False(locked.Check("tiny", "Other fingerprint", Two, old =>
        {
            Assert.Equal(One, old);
            return [new FingerprintChange(EntryKind.Environment, "threads", "1", "2"), new FingerprintChange(EntryKind.Parameter, "seed", "3", "4")];
        }));
        Assert.False(locked.Check("tiny", "New", One, _ => throw new InvalidOperationException("There is nothing to compare with.")));
        locked.Set("tiny", "Same", One, Two);
        locked.Set("tiny", "Other outputs", One, One);
        locked.Set("tiny", "Other fingerprint", Two, One);
        locked.Keep("tiny", new HashSet<string>(StringComparer.Ordinal) { "Same", "Other outputs", "Other fingerprint", "New" });

        Assert.Equal(text, File.ReadAllText(_folder["lock"]));
        var (one, two) = (One.ToString()[..12], Two.ToString()[..12]);
        Assert.Equal(
            [
                "tiny, Gone: is in the lock file and no longer in the plan",
                "tiny, New: is not in the lock file",
                $"tiny, Other fingerprint: fingerprint {one} → {two}",
                "    `seed` 3 → 4",
                "    the environment: `threads` 1 → 2",
                $"tiny, Other outputs: the same fingerprint gave other outputs: {two} → {one}",
            ],
            locked.Differences.SelectMany(difference => difference.Lines()));
    }

    [Fact]
    public void A_file_that_is_not_locked_collects_nothing()
    {
        var file = new LockFile(_folder["lock"]);

        Assert.False(file.Check("tiny", "Tags", One));
        file.Set("tiny", "Tags", One, Two);

        Assert.Empty(file.Differences);
        Assert.True(file.Check("tiny", "Tags", One));
    }
}
