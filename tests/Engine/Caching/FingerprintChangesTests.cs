using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class FingerprintChangesTests
{
    [Fact]
    public void Parameters_show_both_values() =>
        Assert.Equal(
            ["`dim` 4 is gone", "`learning_rate` 0.0001 → 0.0002", "`rank` 8 is new"],
            FingerprintChanges.Explain(
                [FingerprintEntry.Parameter("learning_rate", 1e-4), FingerprintEntry.Parameter("dim", 4L)],
                [FingerprintEntry.Parameter("learning_rate", 2e-4), FingerprintEntry.Parameter("rank", 8L)]));

    [Fact]
    public void Members_of_a_group_are_counted_and_the_first_named() =>
        Assert.Equal(
            ["dataset: 1 file added, 4 changed, 1 removed (0.png, 1.png, 2.png, …)"],
            FingerprintChanges.Explain(Pictures(["0", "1", "2", "3", "same", "gone"], "old"), Pictures(["0", "1", "2", "3", "same", "new"], "now")));

    [Fact]
    public void One_file_is_named() =>
        Assert.Equal(
            ["sprite changed (sail_kun.png)"],
            FingerprintChanges.Explain([Picture("sprite", "x/sail_kun.png", "1")], [Picture("sprite", "y/sail_kun.png", "2")]));

    [Fact]
    public void A_file_that_was_only_renamed_is_no_change() =>
        Assert.Empty(FingerprintChanges.Explain([Picture("sprite", "a.png", "1")], [Picture("sprite", "b.png", "1")]));

    private static FingerprintEntry[] Pictures(string[] names, string content) =>
        [.. names.Select(name => Picture($"dataset/{name}", $"{name}.png", name == "same" ? name : content))];

    private static FingerprintEntry Picture(string role, string path, string content) =>
        new(EntryKind.File, role, path, ContentHash.Of(content));
}
