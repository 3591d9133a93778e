using System.Text;
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

    private static ItemReason Change(string? before, string after) => new([new FingerprintChange(EntryKind.Parameter, "seed", before, after)], []);

    private static string Json(params ItemReason[] reasons)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
            ReasonList.WriteTo(json, reasons);
        return Encoding.UTF8.GetString(memory.ToArray());
    }
}
