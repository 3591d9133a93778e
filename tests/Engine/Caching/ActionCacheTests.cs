using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class ActionCacheTests : IDisposable
{
    private static readonly ContentHash Key = ContentHash.Of("key");
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly ActionCache _cache;

    public ActionCacheTests()
    {
        _cache = new ActionCache(_folder["store"], _warnings.Add);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_result_comes_back_as_it_was_put()
    {
        var result = new ActionResult(
            "Train v03",
            "v03",
            [FingerprintEntry.Parameter("tags", ["solo", "no, comma"]), FingerprintEntry.Environment("threads", "1")],
            [new ActionOutput(0, "", new Blob(ContentHash.Of("x"), 12)), new ActionOutput(1, "deep/metrics.csv", new Blob(ContentHash.Of("y"), 0))],
            TimeSpan.FromSeconds(1.5));

        _cache.Put(Key, result);

        var found = _cache.TryGet(Key)!;
        Assert.Equal((result.Stage, result.Item, result.Duration), (found.Stage, found.Item, found.Duration));
        Assert.Equal(result.Outputs, found.Outputs);
        Assert.Equal(
            result.Entries.Select(entry => (entry.Kind, entry.Role, entry.Description, entry.Hash)),
            found.Entries.Select(entry => (entry.Kind, entry.Role, entry.Description, entry.Hash)));
        Assert.Equal(["solo", "no, comma"], found.Entries[0].Items!);
        Assert.Null(found.Entries[1].Items);
        Assert.Equal(result.Duration, _cache.DurationOf(Key));
        Assert.Equal([Key], _cache.All());
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_record_lies_under_its_key_in_text_that_a_person_can_read()
    {
        _cache.Put(Key, new ActionResult("Paint", "a", [], [], TimeSpan.Zero));

        var lines = File.ReadAllLines(_folder[$"store/ac/{Key.ToString()[..2]}/{Key}"]);

        Assert.StartsWith($"slipway.action.2 {Key} ", lines[0], StringComparison.Ordinal);
        Assert.Equal("""{"stage":"Paint","item":"a","seconds":0,"outputs":[],"entries":[]}""", lines[1]);
    }

    [Fact]
    public void A_sound_record_of_another_key_is_refused()
    {
        var other = ContentHash.Of("other");
        _cache.Put(other, new ActionResult("Paint", "b", [], [], TimeSpan.Zero));
        Directory.CreateDirectory(Path.GetDirectoryName(_cache.PathOf(Key))!);
        File.Copy(_cache.PathOf(other), _cache.PathOf(Key));

        Assert.Null(_cache.TryGet(Key));

        Assert.Equal([$"The cache record {Key} is damaged (it is not what belongs there); what made it runs again."], _warnings);
    }

    [Fact]
    public void A_manifest_is_no_result_and_a_result_no_manifest()
    {
        _cache.Put(Key, new StageManifest("Paint", [new StageManifest.Item("a", Key, [])]));

        Assert.Null(_cache.TryGet(Key));
        Assert.Equal("a", Assert.Single(_cache.TryGetManifest(Key)!.Items).Label);

        Assert.Single(_warnings);
    }

    [Theory]
    [InlineData("no JSON", "not a record of this cache")]
    [InlineData("""{"stage":"Paint"}""", "not a record of this cache")]
    [InlineData("""{"stage":null,"item":"a","seconds":0,"outputs":[],"entries":[]}""", "not a record of this cache")]
    [InlineData("""{"stage":"Paint","item":"a","seconds":0,"outputs":[{"slot":0,"path":"a","hash":"64","size":1}],"entries":[]}""", "hash is no SHA-256")]
    [InlineData("""{"stage":"Paint","item":"a","seconds":0,"outputs":[{"slot":0,"path":"../../etc","hash":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","size":1}],"entries":[]}""", "the output path ../../etc leaves its folder")]
    public void A_whole_file_with_an_impossible_record_is_damaged_too(string json, string why)
    {
        new Engine.Files.CheckedFile(_folder["store"], _cache.PathOf(Key), "action.2", $"{Key}").Write(System.Text.Encoding.UTF8.GetBytes(json));

        Assert.Null(_cache.TryGet(Key));

        Assert.Equal([$"The cache record {Key} is damaged (it cannot be understood: {why}); what made it runs again."], _warnings);
    }

    [Fact]
    public void A_damaged_record_does_not_tell_how_long_its_work_took()
    {
        _cache.Put(Key, new ActionResult("Paint", "a", [], [], TimeSpan.FromSeconds(2)));
        File.WriteAllText(_cache.PathOf(Key), File.ReadAllText(_cache.PathOf(Key)).Replace("\"seconds\":2", "\"seconds\":3", StringComparison.Ordinal));

        Assert.Null(_cache.DurationOf(Key));

        Assert.Equal([$"The cache record {Key} is damaged (it has other bytes than were written); what made it runs again."], _warnings);
    }

    [Fact]
    public void A_damaged_manifest_is_made_again()
    {
        _cache.Put(Key, new StageManifest("Paint", []));
        File.AppendAllText(_cache.PathOf(Key), " ");

        Assert.Null(_cache.TryGetManifest(Key));

        Assert.Equal([$"The cache record {Key} is damaged (it has other bytes than were written); it is made again."], _warnings);
    }

    [Fact]
    public void A_record_that_the_system_does_not_give_is_passed_over_or_ends_what_cannot_do_without_and_stays()
    {
        _cache.Put(Key, new ActionResult("Paint", "a", [], [], TimeSpan.Zero));
        using (new FileStream(_cache.PathOf(Key), FileMode.Open, FileAccess.Read, FileShare.None))
        {
            Assert.Null(_cache.TryGet(Key));
            var warning = Assert.Single(_warnings);
            Assert.StartsWith($"The cache record {Key} cannot be read: ", warning, StringComparison.Ordinal);
            Assert.EndsWith("; it stays where it is, and is not looked at.", warning, StringComparison.Ordinal);
            foreach (var use in new Action[] { () => _cache.Find(Key), () => _cache.FindManifest(Key), () => _cache.Look(Key) })
            {
                var message = Assert.Throws<IOException>(use).Message;
                Assert.StartsWith($"The cache record '{_cache.PathOf(Key)}' cannot be read: ", message, StringComparison.Ordinal);
                Assert.EndsWith("; delete it to have what it tells of made again", message, StringComparison.Ordinal);
            }
        }

        Assert.Equal(("a", "a", "a"), (_cache.TryGet(Key)!.Item, _cache.Find(Key)!.Item, _cache.Look(Key)!.Item));
    }

    [Fact]
    public void There_is_no_record_before_it_is_put()
    {
        Assert.Null(_cache.TryGet(Key));
        Assert.Null(_cache.TryGetManifest(Key));
        Assert.Empty(_cache.All());
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("a/b.txt", true)]
    [InlineData("../b", false)]
    [InlineData("a/./b", false)]
    [InlineData("a//b", false)]
    [InlineData("/a", false)]
    [InlineData("a\\b", false)]
    [InlineData("c:b", false)]
    [InlineData("a\0b", false)]
    public void Paths_stay_in_their_folder(string path, bool isSafe) =>
        Assert.Equal(isSafe, new ActionOutput(0, path, default).IsSafe);

    [Fact]
    public void A_negative_slot_is_none() => Assert.False(new ActionOutput(-1, "", default).IsSafe);

    [Fact]
    public void A_result_fits_what_is_declared_when_every_file_is_there_once()
    {
        string[] declared = ["lora/v01.safetensors", "logs/v01/"];
        ActionOutput lora = new(0, "", default), metrics = new(1, "metrics.csv", default), events = new(1, "events", default);

        Assert.True(ActionOutput.Fit(declared, [lora, metrics, events]));
        Assert.True(ActionOutput.Fit(declared, [lora]));
        Assert.False(ActionOutput.Fit(declared, [metrics]));
        Assert.False(ActionOutput.Fit(declared, [lora, lora]));
        Assert.False(ActionOutput.Fit(declared, [lora, metrics, metrics]));
        Assert.False(ActionOutput.Fit(declared, [lora, lora with { Path = "x" }]));
        Assert.False(ActionOutput.Fit(declared, [lora, new(1, "", default)]));
        Assert.False(ActionOutput.Fit(declared, [lora, new(2, "x", default)]));
    }
}
