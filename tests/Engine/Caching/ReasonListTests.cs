using System.Text.Json;
using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class ReasonListTests
{
    [Fact]
    public void A_change_says_role_old_new_and_how_many_items_have_it() =>
        Assert.Equal(
            """[{"kind":"parameter","role":"seed","old":"1","new":"2","count":2},{"kind":"parameter","role":"seed","old":"3","new":"4","count":1}]""",
            Json(Change("1", "2"), Change("3", "4"), Change("1", "2")));

    [Fact]
    public void What_is_no_change_is_a_note() =>
        Assert.Equal("""[{"note":"is new","count":2},{"note":"depends on Tags","count":1}]""", Json(new([], ["is new"]), new([], ["is new", "depends on Tags"])));

    [Fact]
    public void A_value_that_there_was_not_is_null() => Assert.Equal("""[{"kind":"parameter","role":"seed","old":null,"new":"2","count":1}]""", Json(Change(null, "2")));

    [Fact]
    public void Long_values_are_whole_and_those_that_a_line_shows_alike_are_told_apart()
    {
        var text = new string('x', 300);

        Assert.Equal(
            $$"""[{"kind":"parameter","role":"seed","old":null,"new":"{{text}}1","count":1},{"kind":"parameter","role":"seed","old":null,"new":"{{text}}2","count":1}]""",
            Json(Change(null, $"{text}1"), Change(null, $"{text}2")));
    }

    [Fact]
    public void A_change_keeps_its_bytes_whatever_it_says() =>
        Assert.Equal(
            """[{"kind":"code","role":"\u5E06\u003C\u002B","old":"\u0022\u0027","new":"\uFFFD","added":["\u5E06"],"removed":["\u0026"],"count":1},"""
            + """{"kind":"file","role":"mask","changed":["b/\u5E06.png"],"count":1},"""
            + """{"kind":"output","role":"image","count":2},"""
            + """{"kind":"environment","role":"","old":null,"new":null,"count":1},"""
            + """{"note":"\u003Cis\u003E","count":1}]""",
            Json(
                new([new FingerprintChange(EntryKind.Code, "帆<+", "\"'", "\ud83d") { Parts = Parts(["帆"], [], ["&"]) }], []),
                new([new FingerprintChange(EntryKind.File, "mask", null, "never told") { Parts = Parts([], ["b/帆.png"], []), IsSingleFile = true }], ["<is>"]),
                new([new FingerprintChange(EntryKind.Output, "image", null, null) { Parts = Parts([], [], []) }, new FingerprintChange(EntryKind.Output, "image", null, null)], []),
                new([new FingerprintChange(EntryKind.Environment, "", null, null)], [])));

    private static ChangedParts Parts(string[] added, string[] changed, string[] removed)
    {
        ChangedPart[] Of(string[] paths) => [.. paths.Select(path => new ChangedPart(path, "short"))];
        return new ChangedParts(Of(added), Of(changed), Of(removed));
    }

    private static ItemReason Change(string? before, string after) => new([new FingerprintChange(EntryKind.Parameter, "seed", before, after)], []);

    private static string Json(params ItemReason[] reasons) => JsonSerializer.Serialize(ReasonList.Of(reasons), ReasonJson.Default.IReadOnlyListReasonDocument);
}
