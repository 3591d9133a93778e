using Slipway.Tagging.Captions;
using Slipway.Tagging.Tags;

namespace Slipway.Tagging.Tests.Captions;

public sealed class CaptionRulesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The caption for tags given as name, category and probability; a character stands in the middle of the list.</summary>
    private string Caption(CaptionRules rules)
    {
        (string Name, int Category, float Probability)[] tags =
        [
            ("general", 9, 0.99f), ("blue_sky", 0, 0.9f), ("captain_kai", 4, 0.86f), ("admiral", 4, 0.84f),
            ("sea", 0, 0.36f), ("ship", 0, 0.34f), ("^_^", 0, 0.8f), ("star_(sky)", 0, 0.75f),
        ];
        var list = "tag_id,name,category,count\n" + string.Concat(tags.Select(tag => $"0,{tag.Name},{tag.Category},1\n"));
        var vocabulary = TagVocabulary.Load(_folder.Write("tags.csv", list));
        return rules.Caption(new TagProbabilities(vocabulary, [.. tags.Select(tag => tag.Probability)]));
    }

    [Fact]
    public void General_tags_come_first_then_characters_in_the_list_s_order_and_never_a_rating()
        => Assert.Equal("blue_sky, sea, ^_^, star_(sky), captain_kai", Caption(new CaptionRules()));

    [Fact]
    public void Thresholds_are_for_their_own_category_and_count_from_their_own_value()
    {
        Assert.Equal("blue_sky, captain_kai", Caption(new CaptionRules { GeneralThreshold = 0.85 }));
        Assert.Equal("blue_sky, ^_^, star_(sky), captain_kai", Caption(new CaptionRules { GeneralThreshold = 0.75 }));
        Assert.Equal("captain_kai, admiral", Caption(new CaptionRules { GeneralThreshold = 1, CharacterThreshold = 0.8 }));
        Assert.Equal("blue_sky, sea, ship, ^_^, star_(sky)", Caption(new CaptionRules { GeneralThreshold = 0.3, CharacterThreshold = 1 }));
    }

    [Fact]
    public void Underscores_become_spaces_but_not_in_faces()
        => Assert.Equal("blue sky, sea, ^_^, star (sky), captain kai", Caption(new CaptionRules { RemoveUnderscore = true }));

    [Fact]
    public void The_trigger_word_comes_first_and_extra_tags_behind_it()
        => Assert.Equal(
            "sail_kun, solo, no_humans, blue_sky, captain_kai",
            Caption(new CaptionRules { TriggerWord = "sail_kun", Extra = ["solo", "no_humans"], GeneralThreshold = 0.85, RemoveUnderscore = false }));

    [Fact]
    public void The_trigger_word_keeps_its_underscore()
        => Assert.StartsWith("sail_kun, blue sky, ", Caption(new CaptionRules { TriggerWord = "sail_kun", RemoveUnderscore = true }), StringComparison.Ordinal);

    // Whichever spelling the caption has, and whichever the rule.
    [Theory]
    [InlineData("blue_sky", true)]
    [InlineData("blue sky", true)]
    [InlineData("blue_sky", false)]
    [InlineData("blue sky", false)]
    public void Rules_count_with_underscores_and_with_spaces(string tag, bool removeUnderscore)
    {
        Assert.DoesNotContain("blue", Caption(new CaptionRules { Exclude = [tag], RemoveUnderscore = removeUnderscore }), StringComparison.Ordinal);
        Assert.StartsWith("clouds", Caption(new CaptionRules { Replace = [KeyValuePair.Create(tag, "clouds")], RemoveUnderscore = removeUnderscore }), StringComparison.Ordinal);
    }

    [Fact]
    public void Faces_of_three_letters_are_alike_only_to_themselves() => Assert.NotEqual(CaptionRules.Alike("^_^"), CaptionRules.Alike("^ ^"));

    [Fact]
    public void Excluded_tags_are_left_out_as_they_are_written_in_the_list()
        => Assert.Equal(
            "^_^, star (sky)",
            Caption(new CaptionRules { Exclude = ["blue_sky", "sea", "captain_kai"], RemoveUnderscore = true }));

    [Fact]
    public void Replaced_tags_become_others_and_the_first_rule_counts()
        => Assert.Equal(
            "azure, ocean, ^_^, star_(sky), captain_kai",
            Caption(new CaptionRules { Replace = [new("blue_sky", "azure"), new("sea", "ocean"), new("sea", "water")] }));

    [Fact]
    public void A_tag_replaced_by_nothing_is_gone()
        => Assert.Equal("sea, ^_^, star_(sky), captain_kai", Caption(new CaptionRules { Replace = [new("blue_sky", "")] }));

    [Fact]
    public void Each_tag_comes_once()
        => Assert.Equal(
            "sea, blue_sky, ^_^, captain_kai",
            Caption(new CaptionRules { Extra = ["sea"], Replace = [new("star_(sky)", "blue_sky")] }));

    [Fact]
    public void Nothing_seen_is_an_empty_caption_or_the_trigger_word_alone()
    {
        var none = new CaptionRules { GeneralThreshold = 1, CharacterThreshold = 1 };
        Assert.Equal("", Caption(none));
        Assert.Equal("sail_kun", Caption(none with { TriggerWord = "sail_kun" }));
    }
}
