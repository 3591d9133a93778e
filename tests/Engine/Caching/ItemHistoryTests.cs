using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class ItemHistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_run_nothing_has_run_before()
    {
        Assert.Equal("has not run before", Reason("1"));
        Assert.Equal("depends on Tags", Reason("1", FingerprintEntry.Pending("tags", "Tags")));
    }

    [Fact]
    public void What_an_earlier_version_made_is_not_called_new()
    {
        _folder.Write(".slipway/records/tiny/Paint", "");

        Assert.Equal("was last made by an earlier version of Slipway, whose keys were others", Reason("1"));
        Assert.Equal("depends on Tags", Reason("1", FingerprintEntry.Pending("tags", "Tags")));
    }

    [Fact]
    public void A_change_is_told_and_a_new_item_is_new()
    {
        Run("1");

        Assert.Equal("`seed` 1 → 2", Reason("2"));
        Assert.Equal("`seed` 1 → 2; depends on Tags", Reason("2", FingerprintEntry.Pending("tags", "Tags")));
        Assert.Equal("depends on Tags", Reason("1", FingerprintEntry.Pending("tags", "Tags")));
        using var cache = Open();
        Assert.Equal("is new", new ItemHistory(cache, "tiny", "Paint").ReasonFor("b", Entries("1")).ToString());
    }

    [Fact]
    public void What_was_the_input_that_is_to_be_produced_is_no_change()
    {
        Run("1", FingerprintEntry.Parameter("tags", "old"));

        Assert.Equal("depends on Tags", Reason("1", FingerprintEntry.Pending("tags", "Tags")));
    }

    [Fact]
    public void With_an_equal_key_it_is_the_output_that_is_missing()
    {
        Run("1");

        Assert.Equal("its stored output is missing or damaged", Reason("1"));
    }

    [Fact]
    public void A_lost_record_does_not_hide_what_changed_since_the_run_before()
    {
        Run("1");
        Run("2");
        Delete(KeyOf("2"));

        Assert.Equal("`seed` 1 → 3; compared with an earlier run, for the record of the last one is lost", Reason("3"));
        Delete(KeyOf("1"));
        Assert.Equal("its record is no longer in the cache", Reason("3"));
        Assert.Equal("depends on Tags", Reason("3", FingerprintEntry.Pending("tags", "Tags")));
    }

    [Fact]
    public void A_lost_manifest_does_not_either()
    {
        Run("1");
        Run("2");
        Delete(ManifestOf("2"));

        Assert.Equal("`seed` 1 → 3; compared with an earlier run, for the record of the last one is lost", Reason("3"));
        Delete(ManifestOf("1"));
        Assert.Equal("its record is no longer in the cache", Reason("3"));
    }

    [Fact]
    public void Another_plans_or_profiles_run_is_no_change()
    {
        Run("1");

        using var cat = new Cache(_folder.Path, _warnings.Add, "cat");
        Assert.Equal("has not run before", new ItemHistory(cat, "tiny", "Paint").ReasonFor("a", Entries("2")).ToString());
        using var cache = Open();
        Assert.Equal("has not run before", new ItemHistory(cache, "sdxl", "Paint").ReasonFor("a", Entries("2")).ToString());
    }

    [Fact]
    public void What_is_different_from_any_earlier_run_can_be_asked_for()
    {
        Run("1", FingerprintEntry.Environment("threads", "1"));
        using var cache = Open();
        var history = new ItemHistory(cache, "tiny", "Paint");

        var changes = history.ChangesSince(ManifestOf("1"), [("a", Entries("2", FingerprintEntry.Environment("threads", "2"))), ("b", Entries("2"))]);

        Assert.Equal(["`seed` 1 → 2", "`threads` 1 → 2"], changes.Select(change => change.ToString()));
        Assert.Equal([EntryKind.Parameter, EntryKind.Environment], changes.Select(change => change.Kind));
        Assert.Empty(history.ChangesSince(ContentHash.Of("unknown"), [("a", Entries("2"))]));
    }

    private Cache Open() => new(_folder.Path, _warnings.Add);

    private static FingerprintEntry[] Entries(string seed, params FingerprintEntry[] more) => [FingerprintEntry.Parameter("seed", seed), .. more];

    private static ContentHash KeyOf(string seed) => new Fingerprint(Entries(seed)).Key;

    private static ContentHash ManifestOf(string seed) => ContentHash.Of($"manifest {seed}");

    private string Reason(string seed, params FingerprintEntry[] more)
    {
        using var cache = Open();
        return new ItemHistory(cache, "tiny", "Paint").ReasonFor("a", Entries(seed, more)).ToString();
    }

    private void Run(string seed, params FingerprintEntry[] more)
    {
        using var cache = Open();
        var fingerprint = new Fingerprint(Entries(seed, more));
        cache.Actions.Put(fingerprint.Key, new ActionResult("Paint", "a", fingerprint.Entries, [], TimeSpan.Zero));
        cache.Actions.Put(ManifestOf(seed), new StageManifest("Paint", [new StageManifest.Item("a", fingerprint.Key, [])]));
        cache.Records.Add("tiny", "Paint", ManifestOf(seed), [fingerprint.Key]);
    }

    private void Delete(ContentHash key)
    {
        using var cache = Open();
        File.Delete(cache.Actions.PathOf(key));
    }
}
