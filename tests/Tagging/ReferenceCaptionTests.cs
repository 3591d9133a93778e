using System.Globalization;
using System.Text.Json;
using Slipway.Tagging.Captions;
using Slipway.Tagging.Tags;

namespace Slipway.Tagging.Tests;

/// <summary>
/// golden/wd14_tagging.json: what <c>tag_images_by_wd14_tagger.py</c> of sd-scripts v0.9.1 writes for one list of tags and
/// one list of probabilities under fifteen sets of options.
/// </summary>
public sealed class ReferenceCaptionTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "golden");
    private static readonly JsonElement Reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "wd14_tagging.json"))).RootElement.GetProperty("tagging");

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Reference.GetProperty("cases").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_text_is_the_references(int index)
    {
        var wanted = Reference.GetProperty("cases")[index];
        var rules = Rules(new Queue<string>(wanted.GetProperty("args").EnumerateArray().Select(arg => arg.GetString()!)));
        var caption = rules.Caption(new TagProbabilities(
            TagVocabulary.Load(Path.Combine(Folder, "selected_tags_example.csv")),
            [.. Reference.GetProperty("probs").EnumerateArray().Select(value => value.GetSingle())]));
        if (wanted.TryGetProperty("existing_file", out var existing))
        {
            caption = rules.Append(existing.GetString()!, caption);
        }

        Assert.Equal(wanted.GetProperty("output_file_text").GetString(), caption + "\n");
    }

    [Fact]
    public void There_are_fifteen_sets() => Assert.Equal(15, Cases.Count);

    private static CaptionRules Rules(Queue<string> arguments)
    {
        var rules = new CaptionRules { CharacterThreshold = 0.35 };
        while (arguments.TryDequeue(out var option))
        {
            rules = option switch
            {
                "--remove_underscore" => rules with { RemoveUnderscore = true },
                "--character_tag_expand" => rules with { CharacterTagExpand = true },
                "--character_tags_first" => rules with { CharacterTagsFirst = true },
                "--use_rating_tags" => rules with { Rating = RatingPlace.First },
                "--use_rating_tags_as_last_tag" => rules with { Rating = RatingPlace.Last },
                "--append_tags" => rules,
                "--general_threshold" => rules with { GeneralThreshold = Number(arguments) },
                "--character_threshold" => rules with { CharacterThreshold = Number(arguments) },
                "--thresh" => Number(arguments) is var both ? rules with { GeneralThreshold = both, CharacterThreshold = both } : rules,
                "--undesired_tags" => rules with { Exclude = List(arguments) },
                "--always_first_tags" => rules with { AlwaysFirst = List(arguments) },
                "--caption_separator" => rules with { Separator = arguments.Dequeue() },
                "--tag_replacement" => rules with { Replace = [List(arguments) is [var from, var to] ? new(from, to) : default] },
                _ => throw new InvalidDataException($"Option {option} of the reference is not known here."),
            };
        }

        return rules;
    }

    private static double Number(Queue<string> arguments) => double.Parse(arguments.Dequeue(), CultureInfo.InvariantCulture);

    private static string[] List(Queue<string> arguments) => arguments.Dequeue().Split(',', StringSplitOptions.TrimEntries);
}
