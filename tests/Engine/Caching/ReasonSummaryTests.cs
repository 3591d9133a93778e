using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class ReasonSummaryTests
{
    [Fact]
    public void A_new_seed_is_one_reason_of_all() =>
        Assert.Equal(
            ["100 items (000, 001, 002, …): `seed` differs in each (1000 → 2000, …)"],
            Of(Enumerable.Range(0, 100).Select(i => ($"{i:D3}", (ItemReason?)Change($"{1000 + i}", $"{2000 + i}")))));

    [Fact]
    public void What_is_the_same_in_all_is_said_once() =>
        Assert.Equal(["2 items (a, b): `seed` 1 → 2"], Of([("a", Change("1", "2")), ("b", Change("1", "2"))]));

    [Fact]
    public void Files_of_each_are_named() =>
        Assert.Equal(
            ["4 items (a, b, c, …): picture changed in each (a.txt, b.txt, c.txt, …)", "1 item (e): picture added (e.txt)"],
            Of(["a", "b", "c", "d", "e"], label => File(label, isNew: label == "e")));

    [Fact]
    public void Few_files_are_all_named() =>
        Assert.Equal(["3 items (a, b, c): picture changed in each (a.txt, b.txt, c.txt)"], Of(["a", "b", "c"], label => File(label, isNew: false)));

    [Fact]
    public void Items_that_are_reused_are_not_counted() =>
        Assert.Equal(["1 item (b): is new"], Of([("a", null), ("b", new ItemReason([], ["is new"]))]));

    [Fact]
    public void A_stage_of_one_item_needs_no_count()
    {
        Assert.Equal(["`seed` 1 → 2; depends on Tags"], Of([("v01", Change("1", "2") with { Notes = ["depends on Tags"] })]));
        Assert.Empty(Of([("v01", null)]));
    }

    [Fact]
    public void More_than_five_different_reasons_are_counted() =>
        Assert.Equal(
            ["1 item (a): a", "1 item (b): b", "1 item (c): c", "1 item (d): d", "1 item (e): e", "… and 2 more reasons"],
            Of(["a", "b", "c", "d", "e", "f", "g"], label => new ItemReason([], [label])));

    [Fact]
    public void Five_different_reasons_are_all_told() =>
        Assert.Equal(5, Of(["a", "b", "c", "d", "e"], label => new ItemReason([], [label])).Count);

    [Fact]
    public void Different_changes_of_one_item_stay_together() =>
        Assert.Equal(
            ["2 items (a, b): `seed` differs in each (1 → 2, …); `steps` 3 → 4; depends on Tags"],
            Of(["a", "b"], label => new ItemReason([.. Change(label == "a" ? "1" : "5", "2").Changes, new FingerprintChange(EntryKind.Parameter, "steps", "3", "4")], ["depends on Tags"])));

    private static ItemReason Change(string before, string after) => new([new FingerprintChange(EntryKind.Parameter, "seed", before, after)], []);

    private static ItemReason File(string label, bool isNew) => new(
        FingerprintChanges.Find(
            isNew ? [] : [new FingerprintEntry(EntryKind.File, "picture", $"{label}.txt", ContentHash.Of("1"))],
            [new FingerprintEntry(EntryKind.File, "picture", $"{label}.txt", ContentHash.Of("2"))]),
        []);

    private static IReadOnlyList<string> Of(string[] labels, Func<string, ItemReason> reason) => Of(labels.Select(label => (label, (ItemReason?)reason(label))));

    private static IReadOnlyList<string> Of(IEnumerable<(string, ItemReason?)> items) => ReasonSummary.Of([.. items]);
}
