using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class VerificationTests : IDisposable
{
    private static readonly ContentHash A = ContentHash.Of("a in red");
    private readonly Workshop _workshop = new();

    public VerificationTests() => _workshop.Run();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public void A_sound_cache_is_sound()
    {
        var verification = Verify();

        Assert.True(verification.IsSound);
        Assert.Equal(2, verification.Blobs);
    }

    [Fact]
    public void A_workspace_without_a_cache_is_sound()
    {
        using var folder = new TemporaryFolder();
        using var cache = new Cache(folder.Path, _ => { });

        Assert.Equal((true, 0), (Verification.Of(cache) is var found && found.IsSound, found.Blobs));
    }

    [Fact]
    public void A_damaged_blob_is_taken_anew_from_its_output()
    {
        Damage(A);

        Assert.Equal([(FindingKind.Healed, $"{A}", $"the stored blob {A} is damaged; it was taken anew from artifacts/a.txt")], Findings());

        AssertHealed();
    }

    [Theory]
    [InlineData("cas", "the stored blob ")]
    [InlineData("ac", "the cache record ")]
    [InlineData("history", "the history of Paint ")]
    [InlineData("laid-out", "the list of the files that Paint has laid out ")]
    public void What_the_system_does_not_give_is_told_and_stays(string folder, string what)
    {
        var file = Directory.GetFiles(_workshop[$".slipway/{folder}"], "*", SearchOption.AllDirectories)[0];
        using (new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None))
        {
            using var cache = _workshop.Open();
            var (_, _, text) = Assert.Single(Verification.Of(cache).Findings);
            Assert.StartsWith(what, text, StringComparison.Ordinal);
            Assert.Contains(" cannot be read: ", text, StringComparison.Ordinal);
            Assert.EndsWith("; it stays where it is: verify again when it can be read, or delete it", text, StringComparison.Ordinal);
        }

        _workshop.Warnings.Clear();
        Assert.True(Verify().IsSound);
    }

    [Fact]
    public void A_missing_blob_is_taken_anew_from_its_output()
    {
        File.Delete(PathOf(A));

        Assert.Equal([(FindingKind.Healed, $"{A}", $"the blob {A} of Paint, a was missing in the store; it was taken anew from artifacts/a.txt")], Findings());

        AssertHealed();
    }

    [Fact]
    public void A_stage_of_one_item_is_called_by_its_name_alone()
    {
        var blob = new Blob(ContentHash.Of("report"), 6);
        using (var cache = _workshop.Open())
            cache.Actions.Put(ContentHash.Of("key"), new ActionResult("Report", "Report", [], [new ActionOutput(0, "", blob)], TimeSpan.Zero));

        Assert.Equal([(FindingKind.Missing, $"{blob.Hash}", $"the blob {blob.Hash} of Report is missing in the store, and no output has its content; it is made again when needed")], Findings());
    }

    [Fact]
    public void A_damaged_blob_without_its_output_is_told_once_and_made_again()
    {
        Damage(A);
        File.Delete(_workshop["artifacts/a.txt"]);

        Assert.Equal(
            [
                (FindingKind.Damaged, $"{A}", $"the stored blob {A} is damaged; it was removed, and what made it runs again when needed"),
                (FindingKind.Output, "artifacts/a.txt", "the output artifacts/a.txt does not exist; the next run puts it back"),
            ],
            Findings());
        Assert.Equal((false, false), (File.Exists(PathOf(A)), File.Exists(PathOfRecord(_workshop.KeyOf("a")))));
        _workshop.Run();

        Assert.Equal(["a"], _workshop.Made);
        Assert.True(Verify().IsSound);
    }

    [Fact]
    public void A_missing_blob_without_its_output_is_told_once_and_made_again()
    {
        File.Delete(PathOf(A));
        _workshop.Write("artifacts/a.txt", "edited");

        Assert.Equal(
            [
                (FindingKind.Missing, $"{A}", $"the blob {A} of Paint, a is missing in the store, and no output has its content; it is made again when needed"),
                (FindingKind.Output, "artifacts/a.txt", "the output artifacts/a.txt is not as it was written; the next run keeps what you edited beside it and puts it back"),
            ],
            Findings());
        _workshop.Run();

        Assert.Equal(["a"], _workshop.Made);
        Assert.True(Verify().IsSound);
    }

    [Fact]
    public void A_damaged_record_is_told_and_removed()
    {
        var path = PathOfRecord(_workshop.KeyOf("b"));
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"slot\":0", "\"slot\":1", StringComparison.Ordinal));

        Assert.Equal(
            [(FindingKind.Record, $"{_workshop.KeyOf("b")}", $"the cache record {_workshop.KeyOf("b")} has other bytes than were written; it was removed, and what made it runs again when needed")],
            Findings());

        Assert.False(File.Exists(path));
        Assert.True(Verify().IsSound);
    }

    [Fact]
    public void Damaged_lists_and_histories_are_told_and_removed()
    {
        File.AppendAllText(_workshop[".slipway/history/lora%2Epipeline/tiny/Paint"], "x");
        File.Delete(_workshop[".slipway/laid-out/lora%2Epipeline/Paint"]);
        Directory.CreateDirectory(_workshop[".slipway/laid-out/lora%2Epipeline/Paint"]);

        Assert.Equal(
            [
                (FindingKind.Record, "Paint", "the list of the files that Paint has laid out is a folder; it was removed, and the next run makes it again"),
                (FindingKind.Record, "Paint", "the history of Paint has other bytes than were written; it was removed, and begins anew with the next run"),
            ],
            Findings());

        Assert.True(Verify().IsSound);
        _workshop.Run();
        Assert.Empty(_workshop.Made);
        Assert.Empty(_workshop.Warnings);
    }

    [Fact]
    public void A_damaged_list_of_what_a_remote_cache_has_is_told_and_removed()
    {
        using (var cache = _workshop.Open())
            cache.Given.Add("there", [A]);
        var list = Assert.Single(Directory.GetFiles(_workshop[".slipway/given"]));
        File.AppendAllText(list, "x");

        var name = Path.GetFileName(list);
        Assert.Equal([(FindingKind.Record, name, $"the list {name} of what a remote cache has has other bytes than were written; it was removed, and that cache is asked again")], Findings());

        Assert.True(Verify().IsSound);
    }

    [Fact]
    public void What_is_no_file_does_not_end_it()
    {
        foreach (var path in new[] { PathOf(A), PathOfRecord(_workshop.KeyOf("a")), _workshop["artifacts/b.txt"] })
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        }

        Assert.Equal(
            [(FindingKind.Healed, $"{A}"), (FindingKind.Record, $"{_workshop.KeyOf("a")}"), (FindingKind.Output, "artifacts/b.txt")],
            Verify().Findings.Select(finding => (finding.Kind, finding.Subject)));
    }

    [Fact]
    public void What_cannot_be_read_does_not_end_it()
    {
        using var held = new FileStream(_workshop["artifacts/a.txt"], FileMode.Open, FileAccess.Read, FileShare.None);
        File.Delete(_workshop["artifacts/b.txt"]);

        Assert.Collection(
            Verify().Findings,
            finding => Assert.StartsWith("artifacts/a.txt cannot be looked at: ", finding.Text, StringComparison.Ordinal),
            finding => Assert.Equal((FindingKind.Output, "artifacts/b.txt"), (finding.Kind, finding.Subject)));
    }

    [Fact]
    public void Damaged_blobs_and_changed_outputs_are_named()
    {
        Damage(A);
        File.Delete(_workshop["artifacts/b.txt"]);

        Assert.Equal(
            [(FindingKind.Healed, $"{A}"), (FindingKind.Output, "artifacts/b.txt")],
            Verify().Findings.Select(finding => (finding.Kind, finding.Subject)));
    }

    private (FindingKind, string, string)[] Findings() => [.. Verify().Findings.Select(finding => (finding.Kind, finding.Subject, finding.Text))];

    private Verification Verify()
    {
        _workshop.Warnings.Clear();
        using var cache = _workshop.Open();
        var verification = Verification.Of(cache);
        Assert.Empty(_workshop.Warnings);
        return verification;
    }

    private void AssertHealed()
    {
        Assert.Equal("a in red", File.ReadAllText(PathOf(A)));
        Assert.True(Verify().IsSound);
        Directory.Delete(_workshop["artifacts"], recursive: true);
        _workshop.Run();
        Assert.Empty(_workshop.Made);
    }

    private void Damage(ContentHash hash)
    {
        File.Delete(PathOf(hash));
        File.WriteAllText(PathOf(hash), "rot");
    }

    private string PathOf(ContentHash hash) => new ContentStore(_workshop[".slipway"], _ => { }).PathOf(hash);

    private string PathOfRecord(ContentHash key) => _workshop[$".slipway/ac/{key.ToString()[..2]}/{key}"];
}
