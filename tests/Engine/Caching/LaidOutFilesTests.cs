using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

/// <summary>What a person changed in the folder of the outputs is not overwritten unseen.</summary>
public sealed class LaidOutFilesTests : IDisposable
{
    private readonly Workshop _workshop = new();

    public LaidOutFilesTests() => _workshop.Run();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public void An_edited_output_is_kept_beside_and_told()
    {
        _workshop.Write("artifacts/a.txt", "my caption");

        _workshop.Run();

        Assert.Equal("my caption", _workshop.Read("artifacts/a.txt.edited"));
        Assert.Equal(["artifacts/a.txt was edited, and it is an output: the edited one is now a.txt.edited, and what belongs there was put back."], _workshop.Warnings);
    }

    [Fact]
    public void The_message_says_how_to_make_the_change_last()
    {
        _workshop.Write("artifacts/a.txt", "my caption");
        using var cache = _workshop.Open();
        cache.LaidOut.EditAdvice = "Use `extra`.";

        cache.TryLayOut(Blob("a in red"), _workshop["artifacts/a.txt"]);

        Assert.EndsWith("was put back. Use `extra`.", Assert.Single(_workshop.Warnings), StringComparison.Ordinal);
    }

    /// <summary>A grid that is drawn outside of the plan lays its pages out there, copies them to where they are wanted, and takes them away.</summary>
    [Fact]
    public void What_is_laid_out_in_the_cache_s_own_folder_is_nobody_s_output()
    {
        using var cache = _workshop.Open();

        cache.LaidOut.Replace("Grid", ContentHash.Of("key"), [(".slipway/sample/1.png", ContentHash.Of("page")), ("artifacts/a.txt", ContentHash.Of("a in red"))]);

        Assert.DoesNotContain(cache.LaidOut.Listed(), file => file.Path.StartsWith(".slipway", StringComparison.Ordinal));
        Assert.Equal(["artifacts/a.txt"], LaidOutList.Parse("plan", LaidOutList.Write(ContentHash.Of("key"), [new(".slipway/sample/1.png", ContentHash.Of("page")), new("artifacts/a.txt", ContentHash.Of("a in red"))]))!.Files.Select(file => file.Path));
    }

    [Fact]
    public void An_earlier_edit_is_never_overwritten()
    {
        foreach (var text in new[] { "one", "two", "three" })
        {
            _workshop.Write("artifacts/a.txt", text);
            _workshop.Run();
        }

        Assert.Equal(["one", "two", "three"], new[] { "", ".2", ".3" }.Select(number => _workshop.Read($"artifacts/a.txt.edited{number}")));
    }

    [Fact]
    public void A_folder_or_a_link_in_the_place_of_an_output_is_kept_beside_too()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no links for everybody.");
        File.Delete(_workshop["artifacts/a.txt"]);
        _workshop.Write("artifacts/a.txt/mine", "mine");
        File.Delete(_workshop["artifacts/b.txt"]);
        File.CreateSymbolicLink(_workshop["artifacts/b.txt"], "nowhere");

        _workshop.Run();

        Assert.Equal("mine", _workshop.Read("artifacts/a.txt.edited/mine"));
        Assert.Equal("nowhere", new FileInfo(_workshop["artifacts/b.txt.edited"]).LinkTarget);
        Assert.Equal(2, _workshop.Warnings.Count);
    }

    [Fact]
    public void A_file_that_the_cache_has_laid_out_before_is_no_edit()
    {
        _workshop.Color = "blue";
        _workshop.Run();
        _workshop.Color = "red";
        _workshop.Run();

        // As a run that was killed while it laid out leaves it.
        _workshop.Write("artifacts/a.txt", "a in blue");
        _workshop.Run();

        AssertNoEdit();
    }

    [Fact]
    public void A_file_is_no_edit_when_only_a_list_still_knows_its_content()
    {
        _workshop.Color = "blue";
        File.Delete(new ContentStore(_workshop[".slipway"], _ => { }).PathOf(ContentHash.Of("a in red")));

        _workshop.Run();

        AssertNoEdit();
    }

    [Fact]
    public void Lists_of_an_earlier_version_are_read()
    {
        Directory.Delete(_workshop[".slipway"], recursive: true);
        var lines = new[] { "a.txt", "b.txt", "gone.txt" }.Select(name => $"{ContentHash.Of(name == "gone.txt" ? "old" : $"{name[..1]} in red")} artifacts/{name}\n");
        _workshop.Write("artifacts/gone.txt", "old");
        _workshop.Write(".slipway/laid-out/Paint", $"{ContentHash.Of("key")}\n{string.Concat(lines)}");
        _workshop.Color = "blue";

        _workshop.Run();

        AssertNoEdit();
        Assert.False(File.Exists(_workshop["artifacts/gone.txt"]));
        Assert.Equal([_workshop[".slipway/laid-out/lora%2Epipeline/Paint"]], Directory.GetFiles(_workshop[".slipway/laid-out"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Files_that_are_no_longer_outputs_are_deleted_unless_they_were_edited()
    {
        _workshop.Write("artifacts/b.txt", "mine");
        _workshop.Folder = "artifacts/deep";

        _workshop.Run();

        Assert.False(File.Exists(_workshop["artifacts/a.txt"]));
        Assert.Equal("mine", _workshop.Read("artifacts/b.txt"));
        Assert.Equal(["artifacts/b.txt is no longer an output, but it was edited: it stays. Delete it when you do not need it."], _workshop.Warnings);
    }

    [Fact]
    public void A_damaged_list_deletes_nothing()
    {
        File.WriteAllText(_workshop[".slipway/laid-out/lora%2Epipeline/Paint"], "");
        _workshop.Folder = "artifacts/deep";

        _workshop.Run();

        Assert.Equal("a in red", _workshop.Read("artifacts/a.txt"));
        Assert.Equal(["The list of the files that Paint has laid out is damaged (it is empty); it is made again, and files that are no longer outputs stay where they are."], _workshop.Warnings);
    }

    [Fact]
    public void A_list_that_the_system_does_not_give_deletes_nothing_and_stays()
    {
        var list = _workshop[".slipway/laid-out/lora%2Epipeline/Paint"];
        var before = File.ReadAllText(list);
        using (new FileStream(list, FileMode.Open, FileAccess.Read, FileShare.None))
        {
            using var cache = _workshop.Open();
            cache.LaidOut.Replace("Paint", ContentHash.Of("another"), []);
            foreach (var use in new Action[] { () => cache.LaidOut.DeleteAll(), () => new Cache(_workshop.Root, _ => { }, "cat").LaidOut.OfOtherPlans() })
            {
                var message = Assert.Throws<IOException>(use).Message;
                Assert.StartsWith($"The list '{list}' of what was laid out cannot be read: ", message, StringComparison.Ordinal);
                Assert.EndsWith("; delete it, and files that are no longer outputs stay where they are", message, StringComparison.Ordinal);
            }

        }

        Assert.Equal(before, File.ReadAllText(list));
        Assert.Equal("a in red", _workshop.Read("artifacts/a.txt"));
        Assert.Contains("; it stays as it is, and files that are no longer outputs stay where they are.", _workshop.Warnings[0], StringComparison.Ordinal);
        _workshop.Folder = "artifacts/deep";
        _workshop.Run();
        Assert.False(File.Exists(_workshop["artifacts/a.txt"]));
    }

    [Fact]
    public void Folders_that_get_empty_go_with_their_files()
    {
        _workshop.Folder = "artifacts/deep/deeper";
        _workshop.Run();
        _workshop.Folder = "artifacts";
        _workshop.Run();

        Assert.False(Directory.Exists(_workshop["artifacts/deep"]));
    }

    [Fact]
    public void Another_plans_files_stay()
    {
        _workshop.Plan = "cat";
        _workshop.Run();
        _workshop.Folder = "artifacts/cat";

        _workshop.Run();

        Assert.Equal("a in red", _workshop.Read("artifacts/a.txt"));
        using var cache = _workshop.Open();
        Assert.Equal(["artifacts/a.txt", "artifacts/b.txt"], cache.LaidOut.OfOtherPlans().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("lora.pipeline", ContentHash.Of("a in red")), cache.LaidOut.OfOtherPlans()["artifacts/a.txt"]);
        Assert.Equal(2, cache.LaidOut.DeleteAll());
        Assert.True(File.Exists(_workshop["artifacts/a.txt"]));
        Assert.Equal(["artifacts/a.txt", "artifacts/b.txt"], cache.LaidOut.Listed().Select(file => file.Path));
    }

    [Fact]
    public void What_was_edited_can_be_asked_for()
    {
        using var cache = _workshop.Open();
        Assert.Empty(cache.LaidOut.FindEdited());
        _workshop.Write("artifacts/a.txt", "my caption");
        File.Delete(_workshop["artifacts/b.txt"]);

        Assert.Equal(["artifacts/a.txt"], cache.LaidOut.FindEdited());
    }

    [Fact]
    public void Damaged_lists_are_told_in_the_order_of_their_names()
    {
        foreach (var stage in (string[])["Paint", "Frame", "Train%20v01"])
            _workshop.Write($".slipway/laid-out/lora%2Epipeline/{stage}", "rubbish");
        using var cache = _workshop.Open();

        Assert.Equal(["Frame", "Paint", "Train v01"], cache.LaidOut.RemoveDamaged().Select(list => list.Name));
    }

    [Fact]
    public void What_was_edited_is_told_in_order()
    {
        foreach (var name in new[] { "b", "a" })
            _workshop.Write($"artifacts/{name}.txt", "mine");
        using var cache = _workshop.Open();

        Assert.Equal(["artifacts/a.txt", "artifacts/b.txt"], cache.LaidOut.FindEdited());
    }

    [Fact]
    public void A_damaged_list_names_nothing()
    {
        File.WriteAllText(_workshop[".slipway/laid-out/lora%2Epipeline/Paint"], "");
        _workshop.Write("artifacts/a.txt", "mine");
        using var cache = _workshop.Open();

        Assert.Empty(cache.LaidOut.FindEdited());
    }

    [Fact]
    public void What_is_gone_is_not_deleted_once_more()
    {
        File.Delete(_workshop["artifacts/a.txt"]);
        using var cache = _workshop.Open();

        Assert.Equal(1, cache.LaidOut.DeleteAll());

        Assert.Empty(cache.LaidOut.Listed());
    }

    [Fact]
    public void All_can_be_deleted_but_edits()
    {
        _workshop.Write("artifacts/a.txt", "my caption");
        using var cache = _workshop.Open();

        Assert.Equal(1, cache.LaidOut.DeleteAll());

        Assert.Equal([_workshop["artifacts/a.txt"]], Directory.GetFiles(_workshop["artifacts"]));
        Assert.Equal(0, cache.LaidOut.DeleteAll());
    }

    [Fact]
    public void Odd_names_come_back()
    {
        _workshop.Folder = "artifacts/100%\n%0A\rrough";
        _workshop.Run();
        using var cache = _workshop.Open();

        Assert.Equal(["100%\n%0A\rrough/a.txt", "100%\n%0A\rrough/b.txt"], cache.LaidOut.Listed().Select(file => Path.GetRelativePath("artifacts", file.Path)));
        Assert.Equal(2, cache.LaidOut.DeleteAll());
    }

    [Fact]
    public void A_path_in_a_list_that_leads_out_of_the_workspace_is_left_alone()
    {
        using var outside = new TemporaryFolder();
        var path = outside.Write("x", "x");
        _workshop.Write(".slipway/laid-out/Old", $"{ContentHash.Of("key")}\n{ContentHash.Of("x")} {Path.GetRelativePath(_workshop.Root, path)}\n");
        using var cache = _workshop.Open();

        cache.LaidOut.DeleteAll();

        Assert.True(File.Exists(path));
    }

    private static Blob Blob(string text) => new(ContentHash.Of(text), text.Length);

    private void AssertNoEdit()
    {
        Assert.Empty(_workshop.Warnings);
        Assert.Empty(Directory.GetFiles(_workshop.Root, "*.edited*", SearchOption.AllDirectories));
    }
}
