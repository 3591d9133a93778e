using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class FingerprintChangesTests
{
    [Fact]
    public void Parameters_show_both_values() =>
        Assert.Equal(
            ["`dim` 4 is gone", "`learning_rate` 0.0001 → 0.0002", "`rank` 8 is new"],
            Explain(
                [FingerprintEntry.Parameter("learning_rate", "0.0001"), FingerprintEntry.Parameter("dim", "4")],
                [FingerprintEntry.Parameter("learning_rate", "0.0002"), FingerprintEntry.Parameter("rank", "8")]));

    [Fact]
    public void Members_of_a_group_are_counted_and_the_first_named() =>
        Assert.Equal(
            ["dataset: 1 file added (new.png), 4 changed (0.png, 1.png, 2.png, …), 1 removed (gone.png)"],
            Explain(Pictures(["0", "1", "2", "3", "same", "gone"], "old"), Pictures(["0", "1", "2", "3", "same", "new"], "now")));

    [Fact]
    public void One_file_is_named() =>
        Assert.Equal(
            ["sprite changed (sail_kun.png)"],
            Explain([Picture("sprite", "x/sail_kun.png", "1")], [Picture("sprite", "y/sail_kun.png", "2")]));

    [Fact]
    public void A_file_that_was_only_renamed_is_no_change() =>
        Assert.Empty(Explain([Picture("sprite", "a.png", "1")], [Picture("sprite", "b.png", "1")]));

    [Fact]
    public void Of_a_list_only_what_is_added_and_removed_is_told() =>
        Assert.Equal(
            ["`exclude`: cloud, sun added; red removed"],
            Explain(List("exclude", "boat", "red", "solo"), List("exclude", "boat", "cloud", "sun", "solo")));

    [Fact]
    public void Elements_that_come_several_times_are_counted() =>
        Assert.Equal(["`exclude`: a added"], Explain(List("exclude", "a", "b"), List("exclude", "a", "b", "a")));

    [Fact]
    public void Another_order_of_a_list_is_told_as_such() =>
        Assert.Equal(["`exclude`: the same in another order"], Explain(List("exclude", "a", "b"), List("exclude", "b", "a")));

    [Fact]
    public void A_list_does_not_look_like_a_text()
    {
        Assert.Equal(["`tags` a, b → [a, b]"], Explain(FingerprintEntry.Parameter("tags", "a, b"), List("tags", "a", "b")));
        Assert.Equal(["`tags`: a, b added; a, b removed"], Explain(List("tags", "a, b"), List("tags", "a", "b")));
    }

    [Fact]
    public void Many_elements_are_cut_and_counted_in_the_data()
    {
        var change = Assert.Single(FingerprintChanges.Find([List("exclude")], [List("exclude", "a", "b", "c", "d")]));

        Assert.Equal("`exclude`: a, b, c, … added", change.ToString());
        Assert.Equal("""[{"kind":"parameter","role":"exclude","old":"[]","new":"[a, b, c, d]","added":["a","b","c","d"],"count":1}]""", Json(change));
    }

    [Fact]
    public void Of_long_texts_the_difference_is_shown()
    {
        var (head, tail) = (new string('x', 100), new string('y', 100));

        Assert.Equal(
            ["`prompt` …xxxxxxxxxxxxred skyyyyyyyyy… → …xxxxxxxxxxxxblue skyyyyyyyyy…"],
            Explain(FingerprintEntry.Parameter("prompt", $"{head}red sk{tail}"), FingerprintEntry.Parameter("prompt", $"{head}blue sk{tail}")));
    }

    [Theory]
    [InlineData("a", "b", "a → b")]
    [InlineData("", "b", "(empty) → b")]
    [InlineData("a\nb", "a\r\nb", "a⏎b → a⏎b")]
    public void Short_texts_are_shown_whole_on_one_line(string before, string after, string expected) =>
        Assert.Equal([$"`x` {expected}"], Explain(FingerprintEntry.Parameter("x", before), FingerprintEntry.Parameter("x", after)));

    [Fact]
    public void Long_texts_that_begin_or_end_differently()
    {
        var same = new string('x', 70);

        Assert.Equal([$"`x` axxxxxxxxxxxx… → bcxxxxxxxxxxxx…"], Explain(FingerprintEntry.Parameter("x", $"a{same}"), FingerprintEntry.Parameter("x", $"bc{same}")));
        Assert.Equal([$"`x` …xxxxxxxxxxxx → …xxxxxxxxxxxxbc"], Explain(FingerprintEntry.Parameter("x", same), FingerprintEntry.Parameter("x", $"{same}bc")));
        Assert.Equal(
            [$"`x` {new string('a', 84)}… → {new string('b', 84)}…"],
            Explain(FingerprintEntry.Parameter("x", new string('a', 200)), FingerprintEntry.Parameter("x", new string('b', 200))));
    }

    [Fact]
    public void A_letter_of_two_halves_is_not_cut()
    {
        var boats = string.Concat(Enumerable.Repeat("⛵🚀", 40));

        Assert.All(
            Explain(FingerprintEntry.Parameter("x", $"a{boats}1{boats}"), FingerprintEntry.Parameter("x", $"a{boats}2{boats}")),
            line => Assert.DoesNotContain('\ufffd', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(line))));
    }

    [Fact]
    public void Sixty_letters_are_short()
    {
        var (a, b) = (new string('a', 60), new string('b', 60));

        Assert.Equal([$"`x` {a} → {b}"], Explain(FingerprintEntry.Parameter("x", a), FingerprintEntry.Parameter("x", b)));
        Assert.Equal([$"`x` {a} → {a[1..]}b"], Explain(FingerprintEntry.Parameter("x", a), FingerprintEntry.Parameter("x", $"{a[1..]}b")));
        Assert.Equal([$"`x` {new string('a', 70)} → b"], Explain(FingerprintEntry.Parameter("x", new string('a', 70)), FingerprintEntry.Parameter("x", "b")));
        Assert.Equal([$"`x` {new string('a', 84)}… → b"], Explain(FingerprintEntry.Parameter("x", new string('a', 90)), FingerprintEntry.Parameter("x", "b")));
        Assert.Equal([$"`x` b → {new string('a', 84)}…"], Explain(FingerprintEntry.Parameter("x", "b"), FingerprintEntry.Parameter("x", new string('a', 90))));
    }

    [Fact]
    public void A_cut_through_a_letter_of_two_halves_comes_before_it()
    {
        var start = new string('x', 59);

        Assert.Equal([$"`x` {start}… is new"], Explain([], [FingerprintEntry.Parameter("x", $"{start}🚀 and more")]));
        Assert.Equal([$"`x` {start[..58]}🚀… is new"], Explain([], [FingerprintEntry.Parameter("x", $"{start[..58]}🚀 and more")]));
    }

    [Fact]
    public void A_long_value_that_is_new_or_gone_is_cut()
    {
        var value = new string('x', 100);

        Assert.Equal([$"`x` {value[..60]}… is new"], Explain([], [FingerprintEntry.Parameter("x", value)]));
        Assert.Equal([$"`x` {value[..60]}… is gone"], Explain([FingerprintEntry.Parameter("x", value)], []));
        Assert.Equal([$"`x` {value[..60]} is new"], Explain([], [FingerprintEntry.Parameter("x", value[..60])]));
    }

    [Fact]
    public void A_value_whose_text_does_not_show_the_difference() =>
        Assert.Equal(["`model` tiny is not what it was"], Explain(FingerprintEntry.Parameter("model", "tiny"), FingerprintEntry.Parameter("model", "tiny") with { Hash = ContentHash.Of("other") }));

    [Fact]
    public void Files_are_named_by_the_shortest_path_that_tells_them_apart()
    {
        string[] paths = ["m/unet/config.json", "m/vae/config.json", "n/vae/config.json", "m/readme.md", "config.json"];
        FingerprintEntry[] Model(string content) => [.. paths.Select((path, i) => Picture($"base_model/{i}", path, i is 1 or 3 or 4 ? content : ""))];

        Assert.Equal(["base_model: 3 files changed (m/vae/config.json, readme.md, config.json)"], Explain(Model("1"), Model("2")));
        Assert.Equal(["base_model: 1 file changed (unet/config.json)"], Explain(Model("1"), [Model("1")[0] with { Hash = ContentHash.Of("3") }, .. Model("1")[1..]]));
    }

    [Fact]
    public void A_file_is_told_from_one_whose_whole_path_is_the_end_of_its_own() =>
        Assert.Equal(["base_model: 1 file changed (m/x.json)"], Explain([Picture("base_model/0", "x.json", ""), Picture("base_model/1", "m/x.json", "1")], [Picture("base_model/0", "x.json", ""), Picture("base_model/1", "m/x.json", "2")]));

    [Fact]
    public void A_file_that_went_is_told_from_one_that_stays() =>
        Assert.Equal(["dataset: 1 file removed (a/x.txt)"], Explain([Picture("dataset/0", "a/x.txt", "1"), Picture("dataset/1", "b/x.txt", "1")], [Picture("dataset/1", "b/x.txt", "1")]));

    [Fact]
    public void Files_that_went_are_told_from_one_another() =>
        Assert.Equal(["dataset: 2 files removed (a/x.txt, b/x.txt)"], Explain([Picture("dataset/0", "a/x.txt", "1"), Picture("dataset/1", "b/x.txt", "1")], []));

    [Fact]
    public void What_it_is_now_is_its_kind()
    {
        var (fact, output) = (FingerprintEntry.Environment("threads", "1"), FingerprintEntry.Output("sprite", "a.png", ContentHash.Of("1"), "/a.png"));

        Assert.Equal(EntryKind.Environment, Assert.Single(FingerprintChanges.Find([FingerprintEntry.Parameter("threads", "1")], [fact])).Kind);
        Assert.Equal(EntryKind.Output, Assert.Single(FingerprintChanges.Find([Picture("sprite", "a.png", "1")], [output])).Kind);
    }

    [Fact]
    public void A_single_file_that_comes_or_goes()
    {
        Assert.Equal(["sprite added (a.png)"], Explain([], [Picture("sprite", "a.png", "1")]));
        Assert.Equal(["sprite removed (a.png)"], Explain([Picture("sprite", "a.png", "1")], []));
    }

    [Fact]
    public void Values_come_before_files_and_all_in_the_order_of_their_roles() =>
        Assert.Equal(
            ["`b` is new", "`c` is new", "a added (a.png)", "d added (d.png)"],
            Explain([], [Picture("d", "d.png", "1"), FingerprintEntry.Parameter("c", "1"), Picture("a", "a.png", "1"), FingerprintEntry.Parameter("b", "1")])
                .Select(line => line.Replace(" 1 ", " ", StringComparison.Ordinal)));

    private static IReadOnlyList<string> Explain(FingerprintEntry before, FingerprintEntry after) => Explain([before], [after]);

    private static IReadOnlyList<string> Explain(IReadOnlyList<FingerprintEntry> before, IReadOnlyList<FingerprintEntry> after) =>
        [.. FingerprintChanges.Find(before, after).Select(change => change.ToString())];

    private static FingerprintEntry List(string role, params string[] elements) => FingerprintEntry.Parameter(role, elements);

    private static string Json(FingerprintChange change) =>
        System.Text.Json.JsonSerializer.Serialize(ReasonList.Of([new ItemReason([change], [])]), ReasonJson.Default.IReadOnlyListReasonDocument);

    private static FingerprintEntry[] Pictures(string[] names, string content) =>
        [.. names.Select(name => Picture($"dataset/{name}", $"{name}.png", name == "same" ? name : content))];

    private static FingerprintEntry Picture(string role, string path, string content) =>
        new(EntryKind.File, role, path, ContentHash.Of(content));
}
